"""Two real data sets that come with the package; `microgradlab/datasets/README.md` has the details.

Rows stand in scikit-learn's order, so that a split by row number means the same rows there.
"""

import csv
import gzip
from collections.abc import Iterator
from importlib import resources

from microgradlab.data.pairs import Labelled

IRIS_FEATURES = ("sepal length", "sepal width", "petal length", "petal width")
IRIS_CLASSES = ("setosa", "versicolor", "virginica")
DIGITS_CLASSES = tuple("0123456789")


def iris() -> list[Labelled]:
    """150 irises: lengths and widths of sepal and petal in cm, and the species as index.

    Measured by E. Anderson, published by R. A. Fisher, "The use of multiple measurements in
    taxonomic problems", Annals of Eugenics 7 (1936); UCI Machine Learning Repository, CC BY 4.0.
    The values are the paper's, as in scikit-learn; UCI's copy differs in the 35th and 38th flower.

    >>> iris()[0]
    ((5.1, 3.5, 1.4, 0.2), 0)
    """
    rows = _rows("iris.csv.gz")
    return [(tuple(map(float, sizes)), IRIS_CLASSES.index(name)) for *sizes, name in rows]


def digits() -> list[Labelled]:
    """1797 images of handwritten digits: 8x8 pixels from 0 (paper) to 1 (ink), and the digit.

    The 64 inputs are the image's rows, top to bottom. E. Alpaydin and C. Kaynak, "Optical
    Recognition of Handwritten Digits" (1998), test part; UCI Machine Learning Repository,
    CC BY 4.0. The pixels there are 0 to 16; here they are divided by 16, which is exact.
    """
    rows = _rows("digits.csv.gz")
    return [(tuple(int(ink) / 16 for ink in pixels), int(digit)) for *pixels, digit in rows]


def _rows(name: str) -> Iterator[list[str]]:
    """Yield the rows below the header of a shipped file; works from a zipped package, too."""
    packed = (resources.files("microgradlab") / "datasets" / name).read_bytes()
    rows = csv.reader(gzip.decompress(packed).decode("ascii").splitlines())
    next(rows)
    return rows
