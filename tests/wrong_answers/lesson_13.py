"""What learners type in lesson 13, and words of the sentence that is meant for each."""

CENTRAL = """    for i, leaf in enumerate(leaves):
        up, down = list(e.point), list(e.point)
        up[i], down[i] = up[i] + 1e-5, down[i] - 1e-5
        slope = (e(*up) - e(*down)) / 2e-5
"""
BACKWARD = "def agrees(kind, e):\n    leaves = [kind(x) for x in e.point]\n    e(*leaves).backward()\n"

WRONG = {
    "13.1": [
        ("complex_step = lambda f, x, h: f(complex(x, h)).real / h",
         "complex_step(cube, 2, 1e-10) should be 12, and is"),
        ("complex_step = lambda f, x, h: (f(complex(x, h)) - f(complex(x, -h))).imag / h", "should be 12, and is 24"),
        ("complex_step = lambda f, x, h: f(complex(x, h)).imag", "should be 12, and is 1.2e-09"),
        ("complex_step = lambda f, x, h: (f(complex(x, h)) - f(x)) / h", "should be a real number, and is"),
        ("complex_step = lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h)", "should be"),
    ],
    "13.2": [
        (BACKWARD + "    return all(leaf.grad != 0 for leaf in leaves)",
         "sees nothing wrong in engine A on y + (y + y) + x at x = 0.5, y = 1.5: it finds ∂f/∂y = 2, and it is 3"),
        (BACKWARD + CENTRAL + "        return abs(leaf.grad - slope) < 1e-4",
         "sees nothing wrong in engine A on y + (y + y) + x"),
        (BACKWARD + CENTRAL + "        if leaf.grad != slope:\n            return False\n    return True",
         "agrees finds our own engine wrong on"),
        (BACKWARD.replace("    e(*leaves).backward()\n", "") + CENTRAL
         + "        if abs(leaf.grad - slope) > 1e-4:\n            return False\n    return True",
         "agrees finds our own engine wrong on"),
        (BACKWARD + CENTRAL + "        assert abs(leaf.grad - slope) < 1e-4", "stops with AssertionError"),
    ],
    "13.3": [
        ("tells = lambda x: x * x + x", "On your graph engine C is right: at x = 2 the slope is 5, and so it says"),
        ("def tells(x):\n    a = x + x\n    return a * a", "engine C is right"),
        ("def tells(x):\n    a = x + x\n    return a + (x + (x + a))", "has 4 operations, and 3 are enough"),
        ("def tells(x):\n    return math.sin(x) + 1", "should be computed from the Value x, and is 1.909"),
    ],
    "13.4": [
        ("tells = lambda x: x.sin()", "On your graph engine B is right"),
        ("tells = lambda x: x.sin().cos()", "has 2 operations, and 1 is enough"),
        ("tells = 'cos'", "tells should be a function, and is 'cos'"),
        ("tells = lambda x: math.cos(x)", "should be computed from the Value x"),
    ],
    "13.5": [
        ("def notices(kind):\n    x = kind(3.0)\n    (x * x).backward()\n    return x.grad == 6.0",
         "passes on engine D, too"),
        ("def notices(kind):\n    x = kind(3.0)\n    y = x * x\n    y.backward()\n    y.backward()\n"
         "    return x.grad == 6",
         "notices(Value) is False, and our own engine is right"),
        ("def notices(kind):\n    x = kind(3.0)\n    y = x * x\n    y.backward()\n    x.grad = 0.0\n    y.backward()\n"
         "    return x.grad", "should give True or False, and gives 6.0"),
        ("def notices(kind):\n    return False", "notices(Value) is False"),
    ],
}  # fmt: skip
