"""Errors of drawings, and the limits of every drawing."""

MAX_STROKES = 200  # the contract's limits ("Predict"): plenty for a digit, cheap to refuse
MAX_POINTS = 20_000
MAX_IMAGE_BYTES = 4 * 1024 * 1024
MAX_IMAGE_SIDE = 4096  # pixels; 4096 x 4096 RGBA takes 64 MiB while it is decoded


class EmptyDrawing(ValueError):
    """Raised for a drawing without points, or an image without a mark."""

    code = "empty_drawing"

    def __init__(self) -> None:
        super().__init__(self.code)


class BadDrawing(ValueError):
    """Raised for a drawing that cannot be read; `code` is stable and translated elsewhere.

    Codes: bad_strokes, too_many_strokes, too_many_points, not_finite, bad_pixels, not_an_image,
    image_too_large (bytes or sides), image_too_complex (parts or scans).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
