"""A writer of float .tflite files with the few operators that networks.py needs."""
import flatbuffers
import numpy as np

ADD, AVERAGE_POOL_2D, CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED = 0, 1, 3, 4, 9
RESHAPE, SOFTMAX, MEAN = 22, 25, 40
ACTIVATIONS = {"NONE": 0, "RELU": 1, "RELU6": 3}
FLOAT32, INT32 = 0, 2
SAME, VALID = 0, 1


class Writer:
    """Collects tensors and operators while the network is walked, then lays out the FlatBuffer."""

    def __init__(self, name, input_shape):
        self.name, self.buffers, self.tensors, self.operators = name, [b""], [], []
        self.input = self._tensor("input", input_shape, FLOAT32)

    # -- collecting ------------------------------------------------------------------------------
    def _tensor(self, name, shape, kind, data=None):
        if data is not None:
            self.buffers.append(np.ascontiguousarray(data).tobytes())
        self.tensors.append((name, tuple(int(d) for d in shape), kind, len(self.buffers) - 1 if data is not None else 0))
        return len(self.tensors) - 1

    def _constant(self, name, array, kind=FLOAT32):
        array = np.asarray(array, dtype=np.int32 if kind == INT32 else np.float32)
        return self._tensor(name, array.shape, kind, array)

    def _operator(self, code, inputs, shape, options_tag, options):
        """options: list of (slot type, value), in the order of the option table's fields."""
        out = self._tensor(f"{self.name}/{len(self.operators)}", shape, FLOAT32)
        self.operators.append((code, inputs, [out], options_tag, options))
        return out

    def shape(self, tensor):
        return self.tensors[tensor][1]

    def _weights(self, weight, bias, order):
        base = f"{self.name}/{len(self.operators)}"
        weight, bias = weight.detach().numpy(), bias.detach().numpy()
        return self._constant(base + "/weights", weight.transpose(order)), self._constant(base + "/bias", bias)

    # -- operators -------------------------------------------------------------------------------
    def conv_2d(self, x, weight, bias, stride, activation):
        n, h, w, _ = self.shape(x)
        shape = (n, -(-h // stride), -(-w // stride), weight.shape[0])
        inputs = [x, *self._weights(weight, bias, (0, 2, 3, 1))]
        return self._operator(CONV_2D, inputs, shape, 1, [("Int8", SAME), ("Int32", stride), ("Int32", stride),
                              ("Int8", ACTIVATIONS[activation]), ("Int32", 1), ("Int32", 1)])

    def depthwise_conv_2d(self, x, weight, bias, stride, activation):
        n, h, w, c = self.shape(x)
        shape = (n, -(-h // stride), -(-w // stride), c)
        inputs = [x, *self._weights(weight, bias, (1, 2, 3, 0))]
        return self._operator(DEPTHWISE_CONV_2D, inputs, shape, 2, [("Int8", SAME), ("Int32", stride), ("Int32", stride),
                              ("Int32", 1), ("Int8", ACTIVATIONS[activation]), ("Int32", 1), ("Int32", 1)])

    def fully_connected(self, x, weight, bias, activation):
        inputs = [x, *self._weights(weight, bias, (0, 1))]
        return self._operator(FULLY_CONNECTED, inputs, (self.shape(x)[0], weight.shape[0]), 8,
                              [("Int8", ACTIVATIONS[activation])])

    def add(self, a, b, activation):
        return self._operator(ADD, [a, b], self.shape(a), 11, [("Int8", ACTIVATIONS[activation])])

    def mean(self, x):
        n, _, _, c = self.shape(x)
        axes = self._constant(f"{self.name}/{len(self.operators)}/axes", [1, 2], INT32)
        return self._operator(MEAN, [x, axes], (n, c), 27, [("Bool", False)])

    def average_pool_2d(self, x):
        n, h, w, c = self.shape(x)
        return self._operator(AVERAGE_POOL_2D, [x], (n, 1, 1, c), 5, [("Int8", VALID), ("Int32", w), ("Int32", h),
                              ("Int32", w), ("Int32", h), ("Int8", 0)])

    def flatten(self, x):
        n = self.shape(x)[0]
        size = int(np.prod(self.shape(x)[1:]))
        target = self._constant(f"{self.name}/{len(self.operators)}/shape", [n, size], INT32)
        return self._operator(RESHAPE, [x, target], (n, size), 0, [])

    def softmax(self, x):
        return self._operator(SOFTMAX, [x], self.shape(x), 9, [("Float32", 1.0)])

    def model(self, network):
        """Walks the network, ends it with a softmax, and returns the bytes of the file."""
        network.eval()
        x = self.input
        for layer in network:
            x = layer.export(self, x)
        return self._bytes(self.softmax(x))

    # -- layout ----------------------------------------------------------------------------------
    def _bytes(self, output):
        b = flatbuffers.Builder(1 << 20)
        codes = sorted({op[0] for op in self.operators})
        # every offset must be built before the table that holds it
        buffers = [self._buffer(b, data) for data in self.buffers]
        tensors = [self._tensor_table(b, *t) for t in self.tensors]
        operators = [self._operator_table(b, codes.index(op[0]), *op[1:]) for op in self.operators]
        subgraph = _table(b, [("Offset", _offsets(b, tensors)), ("Offset", _int32s(b, [self.input])),
                              ("Offset", _int32s(b, [output])), ("Offset", _offsets(b, operators)),
                              ("Offset", b.CreateString("main"))])
        code_tables = [_table(b, [("Int8", code), ("Skip", 0), ("Int32", 1), ("Int32", code)]) for code in codes]
        model = _table(b, [("Uint32", 3), ("Offset", _offsets(b, code_tables)), ("Offset", _offsets(b, [subgraph])),
                           ("Offset", b.CreateString(f"quantop {self.name}, trained on Fashion-MNIST")),
                           ("Offset", _offsets(b, buffers))])
        b.Finish(model, b"TFL3")
        return bytes(b.Output())

    @staticmethod
    def _buffer(b, data):
        if not data:
            return _table(b, [])
        b.StartVector(1, len(data), 16)
        b.head -= len(data)
        b.Bytes[b.head:b.head + len(data)] = data
        return _table(b, [("Offset", b.EndVector())])

    @staticmethod
    def _tensor_table(b, name, shape, kind, buffer):
        shape, name = _int32s(b, shape), b.CreateString(name)
        return _table(b, [("Offset", shape), ("Int8", kind), ("Uint32", buffer), ("Offset", name)])

    @staticmethod
    def _operator_table(b, code, inputs, outputs, tag, options):
        options = _table(b, options) if tag else 0
        inputs, outputs = _int32s(b, inputs), _int32s(b, outputs)
        return _table(b, [("Uint32", code), ("Offset", inputs), ("Offset", outputs), ("Uint8", tag),
                          ("Offset" if tag else "Skip", options)])


def _table(b, slots):
    b.StartObject(len(slots))
    for i, (kind, value) in enumerate(slots):
        if kind == "Offset":
            b.PrependUOffsetTRelativeSlot(i, value, 0)
        elif kind != "Skip":
            getattr(b, f"Prepend{kind}Slot")(i, value, None)
    return b.EndObject()


def _offsets(b, items):
    b.StartVector(4, len(items), 4)
    for item in reversed(items):
        b.PrependUOffsetTRelative(item)
    return b.EndVector()


def _int32s(b, items):
    b.StartVector(4, len(items), 4)
    for item in reversed(items):
        b.PrependInt32(int(item))
    return b.EndVector()
