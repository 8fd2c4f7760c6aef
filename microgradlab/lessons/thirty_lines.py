"""A whole engine in thirty lines, and three for each bend: what lesson 4 builds, as a learner would write it."""

import math
from itertools import count

births = count()


class Value:
    def __init__(self, data, arguments=(), locals=()):
        self.data, self.grad, self.birth = data, 0.0, next(births)
        self.arguments, self.locals = arguments, locals

    def __add__(self, other):
        other = like(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = like(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __rsub__(self, other):
        return -self + other

    __radd__, __rmul__ = __add__, __mul__

    def backward(self):
        found, todo = {self}, [self]
        while todo:
            new = {*todo.pop().arguments} - found
            found |= new
            todo += new
        self.grad = 1.0
        for node in sorted(found, key=lambda node: node.birth, reverse=True):
            for argument, local in zip(node.arguments, node.locals):
                argument.grad += node.grad * local

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, (self,), (1.0 - t * t,))

    def relu(self):
        slope = 1.0 if self.data > 0.0 else 0.0
        return Value(max(0.0, self.data), (self,), (slope,))


def like(number):
    return Value(number) if isinstance(number, int | float) else number
