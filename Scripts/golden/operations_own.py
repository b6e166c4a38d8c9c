"""Writes Tests/ThalwegAutodiffTests/Fixtures/operations_own.json: custom operations and replaced
gradients, forward and backward, by PyTorch in Double.

Run with torch and NumPy installed: python3 Scripts/golden/operations_own.py
"""

from cases import case, save

SHAPES = {"scalar": (), "one": (1,), "vector": (7,), "block": (2, 3, 4), "empty": (0, 3)}
for variant, shape in SHAPES.items():
    case(f"custom.{variant}", [(shape, -2, 2)], lambda x: x**3)
case("custom.uses", [((2, 3), -2, 2)], lambda x: x**3 * x)
case("custom.rows", [((4, 3), -2, 2), ((3,), -2, 2)], lambda x, w: x @ w)
case("custom.data", [((4, 3), -2, 2), ((3,), -2, 2)], lambda x, w: x @ w, constants=(1,))
case("custom.twice", [((3,), -2, 2)], lambda x: (x * x).sum().reshape(1))

case("replaceGradient.same", [((2, 3), -2, 2)], lambda x: x**2)

save("operations_own")
