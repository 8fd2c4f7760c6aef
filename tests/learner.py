"""The engine a learner writes on the first day, and the mistakes that everyone makes once."""

import math


class Value:
    def __init__(self, data, made_from=(), push=lambda grad: ()):
        self.data, self.grad, self.made_from, self.push = data, 0.0, made_from, push

    def __add__(self, other):
        other = self.like(other)
        return type(self)(self.data + other.data, (self, other), lambda grad: (grad, grad))

    def __mul__(self, other):
        other = self.like(other)
        return type(self)(self.data * other.data, (self, other), lambda grad: (grad * other.data, grad * self.data))

    def tanh(self):
        e = math.exp(-2.0 * abs(self.data))  # cosh would overflow
        return type(self)(math.tanh(self.data), (self,), lambda grad: (grad * 4.0 * e / (1.0 + e) ** 2,))

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -self.like(other)

    def __rsub__(self, other):
        return -self + other

    __radd__, __rmul__ = __add__, __mul__

    def like(self, other):
        return other if isinstance(other, Value) else type(self)(other)

    def order(self):
        found = []

        def visit(node):
            if node not in found:
                for argument in node.made_from:
                    visit(argument)
                found.append(node)

        visit(self)
        return found[::-1]

    def backward(self):
        self.grad = 1.0
        for node in self.order():
            for argument, grad in zip(node.made_from, node.push(node.grad)):
                self.pass_on(argument, grad)

    def pass_on(self, argument, grad):
        argument.grad += grad


class SetsGrad(Value):
    """`=` for `+=`."""

    def pass_on(self, argument, grad):
        argument.grad = grad


class WrongOrder(Value):
    """A result hands on its gradient before all of it has arrived."""

    def order(self):
        found = [self]
        for node in found:
            found += [argument for argument in node.made_from if argument not in found]
        return found


class NeverZeroed(Value):
    """A second `backward()` on top of the first one."""

    def backward(self):
        super().backward()
        super().backward()


class DropsSecond(Value):
    """Only the first of two arguments gets its share of a product."""

    def __mul__(self, other):
        other = self.like(other)
        return type(self)(self.data * other.data, (self,), lambda grad: (grad * other.data,))


class WrongTanh(Value):
    """1 - x² for 1 - tanh²(x)."""

    def tanh(self):
        return type(self)(math.tanh(self.data), (self,), lambda grad: (grad * (1 - self.data**2),))


class OneMinusSquare(Value):
    """No mistake, but digits cancel: 1 - tanh² where tanh is nearly 1."""

    def tanh(self):
        t = math.tanh(self.data)
        return type(self)(t, (self,), lambda grad: (grad * (1 - t * t),))
