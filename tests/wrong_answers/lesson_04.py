"""What learners type in lesson 4, and words of the sentence that is meant for each."""

REMEMBERS = """
class Value:
    def __init__(self, data, arguments=(), locals=()):
        self.data, self.grad = data, 0.0
        self.arguments, self.locals = arguments, locals

    def __add__(self, other):
        return {sum}

    def __mul__(self, other):
        return {product}
"""
SUM = "Value(self.data + other.data, (self, other), (1.0, 1.0))"
PRODUCT = "Value(self.data * other.data, (self, other), (other.data, self.data))"

BACKWARD = """
class Value(First):
    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for argument in node.arguments:
                    visit(argument)
                order.append(node)

        visit(self)
        self.grad = {seed}
        for node in {order}:
            for argument, local in zip(node.arguments, node.locals):
                argument.grad {step}
"""


def method(base, code):
    lines = [f"class Value({base}):", *code.splitlines()]
    return "\n    ".join(lines)


WRONG = {
    "04.1": [
        (REMEMBERS.format(sum="self.data + other.data", product=PRODUCT), "should be a Value with data, and is -1.0"),
        (REMEMBERS.format(sum=SUM, product=PRODUCT.replace("(other.data, self.data)", "(self.data, other.data)")),
         "of Value(2) * Value(-3) by its first argument should be -3, and is 2.\n  Look again at: x·y changes y times"),
        (REMEMBERS.format(sum=SUM.replace("(self, other)", "(self.data, other.data)"), product=PRODUCT),
         "The arguments of x + y should be x and y themselves"),
        (REMEMBERS.format(sum="Value(self.data + other.data)", product=PRODUCT), "The arguments of x + y should be x"),
        (REMEMBERS.format(sum=SUM.replace("(1.0, 1.0)", "1.0"), product=PRODUCT),
         "The locals of x + y should be two numbers, and are 1.0"),
        ("from microgradlab import Value", "Write one of your own"),
    ],
    "04.2": [
        (BACKWARD.format(seed="1.0", order="reversed(order)", step="= node.grad * local"),
         "y.grad should be 3, and is 2.\n  Look again at: what arrives is added"),
        (BACKWARD.format(seed="0.0", order="reversed(order)", step="+= node.grad * local"),
         "x.grad should be -3, and is 0.\n  Look again at: the end comes first, with grad = 1"),
        (BACKWARD.format(seed="1.0", order="order", step="+= node.grad * local"), "Look again at: the end comes first"),
        (BACKWARD.format(seed="1.0", order="reversed(order)", step="+= local"),
         "y = -3, z = 5, x.grad should be -15, and is -3.\n  Look again at: the end comes first"),
        (method("First", "def backward(self):\n    self.grad = 1.0\n    for a, local in zip(self.arguments, self.locals):\n"
                "        a.grad += self.grad * local\n        a.backward()"), "After backward() through"),
        ("class Value(First):\n    def backward(self):\n        self.grad = 1.0\n        order, seen = [self], {self}\n"
         "        for node in order:\n            for a in node.arguments:\n                if a not in seen:\n"
         "                    seen.add(a)\n                    order.append(a)\n        for node in order:\n"
         "            for a, local in zip(node.arguments, node.locals):\n                a.grad += node.grad * local",
         "through a + (x + a), where a = x + x at x = 1, x.grad should be 5, and is 3.\n  Look again at: a node has one turn"),
        (method("First", "def backwards(self):\n    pass"), "Value(2) should be a Value with backward"),
    ],
    "04.3": [
        (method("Second", "def tanh(self):\n    return Value(math.tanh(self.data), (self,), (1 - self.data**2,))"),
         "tanh(x) at x = 0.5, x.grad should be 0.786448, and is 0.75.\n  Look again at: the slope of"),
        (method("Second", "def tanh(self):\n    e = math.exp(2 * self.data)\n    t = (e - 1) / (e + 1)\n"
                "    return Value(t, (self,), (1 - t * t,))"), "OverflowError"),
        (method("Second", "def tanh(self):\n    t = math.tanh(self.data)\n    return Value(t, (self), (1 - t * t))"),
         "stops with TypeError"),
        (method("Second", "def tanh(self):\n    return math.tanh(self.data)"),
         "tanh(x) at x = 0 should be a Value with data, and is 0.0"),
    ],
    "04.4": [
        (method("Third", "pass"), "x + 1 at x = 3 stops with AttributeError"),
        (method("Third", "def __add__(self, other):\n    return super().__add__(Value(other))"),
         "x + y at x = 3, y = 5 stops with TypeError"),
        ("class Value(Third):\n    def __add__(self, other):\n        return super().__add__(like(other))\n"
         "    def __mul__(self, other):\n        return super().__mul__(like(other))\n"
         "like = lambda x: Value(x) if isinstance(x, (int, float)) else x", "1 + x at x = 3 stops with TypeError"),
        ("class Value(Third):\n    def __add__(self, other):\n        return super().__add__(like(other))\n"
         "    def __mul__(self, other):\n        return super().__mul__(like(other))\n"
         "    def __neg__(self):\n        return self * -1\n    def __sub__(self, other):\n"
         "        return self + other * -1\n    __radd__, __rmul__, __rsub__ = __add__, __mul__, __sub__\n"
         "like = lambda x: Value(x) if isinstance(x, (int, float)) else x",
         "1 - x at x = 3 should be -2, and is 2.\n  Look again at: for 1 + x Python asks"),
    ],
    "04.5": [
        (method("Fourth", "pass"), "a chain of 5,000 sums at x = 1 stops with RecursionError"),
        ("class Value(Fourth):\n    def backward(self):\n        todo = [self]\n        self.grad = 1.0\n"
         "        while todo:\n            node = todo.pop()\n"
         "            for a, local in zip(node.arguments, node.locals):\n"
         "                a.grad += node.grad * local\n                todo.append(a)", "After backward() through"),
        ("class Value(Fourth):\n    def backward(self):\n        found = [self]\n        for node in found:\n"
         "            found += [a for a in node.arguments if a not in found]\n        self.grad = 1.0\n"
         "        for node in found:\n            for a, local in zip(node.arguments, node.locals):\n"
         "                a.grad += node.grad * local", "Look again at: a node has one turn"),
    ],
    "04.6": [
        (method("Fifth", "def relu(self):\n    return Value(max(0.0, self.data), (self,), (1.0,))"),
         "relu(x) at x = -2, x.grad should be 0, and is 1"),
        (method("Fifth", "def relu(self):\n    return self * (self.data > 0) if self.data >= 0 else Value(0.0) + 1"),
         "relu(x) at x = -2 should be 0, and is 1"),
        (method("Fifth", "def relu(self):\n    slope = 1.0 if self.data >= 0 else 0.0\n"
                "    return Value(max(0.0, self.data), (self,), (slope,))"), "relu(x) at x = 0, x.grad should be 0"),
        (method("Fifth", "def relu(self):\n    slope = 1.0 if self.data > 0 else 0.0\n"
                "    return Value(max(0.0, self.data), (self,), (slope,))\n"
                "def __neg__(self):\n    return Value(-self.data, (self,), (1.0,))"), "The op at fault is neg"),
    ],
}  # fmt: skip
