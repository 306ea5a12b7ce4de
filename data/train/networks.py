"""The networks. Every layer knows how it trains (forward) and how it ships (export)."""
import torch
import torch.nn as nn
import torch.nn.functional as F


def same_padding(size, kernel, stride):
    """TFLite's SAME: the odd cell goes to the bottom and right."""
    out = -(-size // stride)
    total = max(0, (out - 1) * stride + kernel - size)
    return total // 2, total - total // 2


class Conv(nn.Module):
    """Convolution, batch norm, activation; `depthwise` makes it one filter per channel."""

    def __init__(self, inputs, outputs, kernel=3, stride=1, activation="RELU", depthwise=False):
        super().__init__()
        self.kernel, self.stride, self.activation, self.depthwise = kernel, stride, activation, depthwise
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, bias=False,
                              groups=inputs if depthwise else 1)
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out")
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        top, bottom = same_padding(x.shape[2], self.kernel, self.stride)
        left, right = same_padding(x.shape[3], self.kernel, self.stride)
        if top == bottom and left == right:  # the common case without a copy
            x = F.conv2d(x, self.conv.weight, None, self.stride, (top, left), 1, self.conv.groups)
        else:
            x = self.conv(F.pad(x, (left, right, top, bottom)))
        x = self.norm(x)
        if self.activation == "RELU":
            return F.relu(x)
        return F.relu6(x) if self.activation == "RELU6" else x

    def folded(self):
        """Weights and bias with the batch norm folded in."""
        factor = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        return self.conv.weight * factor[:, None, None, None], self.norm.bias - self.norm.running_mean * factor

    def export(self, writer, x):
        weight, bias = self.folded()
        if self.depthwise:
            return writer.depthwise_conv_2d(x, weight, bias, self.stride, self.activation)
        return writer.conv_2d(x, weight, bias, self.stride, self.activation)


class Residual(nn.Module):
    """Two 3x3 convolutions beside a shortcut, which is a 1x1 convolution where the shape changes."""

    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.first = Conv(inputs, outputs, 3, stride)
        self.second = Conv(outputs, outputs, 3, 1, "NONE")
        self.shortcut = Conv(inputs, outputs, 1, stride, "NONE") if stride > 1 or inputs != outputs else None

    def forward(self, x):
        y = self.second(self.first(x))
        return F.relu(y + (self.shortcut(x) if self.shortcut else x))

    def export(self, writer, x):
        y = self.second.export(writer, self.first.export(writer, x))
        return writer.add(y, self.shortcut.export(writer, x) if self.shortcut else x, "RELU")


class GlobalMean(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))

    def export(self, writer, x):
        return writer.mean(x)


class GlobalPool(nn.Module):
    """The same figure as GlobalMean, shipped as AVERAGE_POOL_2D and RESHAPE."""

    def forward(self, x):
        return x.mean((2, 3))

    def export(self, writer, x):
        return writer.flatten(writer.average_pool_2d(x))


class Flatten(nn.Module):
    def forward(self, x):
        return x.flatten(1)

    def export(self, writer, x):
        return writer.flatten(x)


class Dense(nn.Module):
    def __init__(self, inputs, outputs, activation="NONE", dropout=0.0):
        super().__init__()
        self.linear, self.activation, self.dropout = nn.Linear(inputs, outputs), activation, dropout

    def forward(self, x):
        x = self.linear(F.dropout(x, self.dropout, self.training))
        return F.relu(x) if self.activation == "RELU" else x

    def export(self, writer, x):
        return writer.fully_connected(x, self.linear.weight, self.linear.bias, self.activation)


def decay_groups(model):
    """The parameters for an optimizer: weight decay is for all but depthwise filters and batch norms."""
    convolutions = [layer for layer in model.modules() if isinstance(layer, Conv)]
    spared = [p for layer in convolutions for p in layer.norm.parameters()]
    spared += [layer.conv.weight for layer in convolutions if layer.depthwise]
    numbers = {id(p) for p in spared}
    return [{"params": [p for p in model.parameters() if id(p) not in numbers]},
            {"params": spared, "weight_decay": 0.0}]


def mobilenet():
    """Depthwise-separable blocks with ReLU6, in the manner of MobileNetV1."""
    layers, channels = [Conv(1, 32, 3, 2, "RELU6")], 32
    for outputs, stride in ((64, 1), (128, 2), (128, 1), (128, 1), (256, 2), (256, 1)):
        layers += [Conv(channels, channels, 3, stride, "RELU6", depthwise=True),
                   Conv(channels, outputs, 1, 1, "RELU6")]
        channels = outputs
    return nn.Sequential(*layers, GlobalMean(), Dense(channels, 10))


def narrow():
    """The same from 8 channels on, made to be hard to quantize. Batch norms begin with a small factor, which
    differs from channel to channel, and in the middle of ReLU6. So what layers read lies far from 0 and
    differs little, and their weights, once the norms are folded in, are large: a weight's rounding error,
    times a mean input, shifts all outputs of a channel."""
    layers, channels = [Conv(1, 8, 3, 2, "RELU6")], 8
    for outputs, stride in ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 1)):
        layers += [Conv(channels, channels, 3, stride, "RELU6", depthwise=True),
                   Conv(channels, outputs, 1, 1, "RELU6")]
        channels = outputs
    network = nn.Sequential(*layers, GlobalMean(), Dense(channels, 10))
    generator = torch.Generator().manual_seed(3)
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.weight.data = 0.3 * torch.exp(0.5 * torch.randn(layer.weight.shape, generator=generator))
            layer.bias.data.fill_(3.0)
    return network


def resnet():
    """A small residual network: 16, 32, 64 and 128 channels at 28, 14, 7 and 4 pixels."""
    return nn.Sequential(Conv(1, 16), Residual(16, 32, 2), Residual(32, 32), Residual(32, 64, 2),
                         Residual(64, 64), Residual(64, 128, 2), GlobalPool(), Dense(128, 10))


def mlp():
    """Fully connected: 784, 512, 256, 10."""
    return nn.Sequential(Flatten(), Dense(784, 512, "RELU", 0.1), Dense(512, 256, "RELU", 0.3), Dense(256, 10, dropout=0.3))
