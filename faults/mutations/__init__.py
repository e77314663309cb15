"""Deliberately broken builds, each a patch of the product, that a round must find.

`python -m faults.mutations` runs all of them. A patch has a head that says what it breaks and which round shows it.
"""

from .mutation import MUTATIONS, Mutation
from .patching import Stale

__all__ = ["MUTATIONS", "Mutation", "Stale"]
