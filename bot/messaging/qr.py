"""QR codes of links, as SVG and PNG (ISO/IEC 18004)."""

import io

import segno

QUIET_ZONE = 4  # modules of white around a QR (ISO/IEC 18004)


def _qr(url: str) -> segno.QRCode:
    """Level H, which tolerates damage of up to 30 %. Never a Micro QR: few apps can read it."""
    return segno.make_qr(url, error="h", boost_error=False)


def qr_svg(url: str, *, title: str = "") -> bytes:
    """The QR as an SVG that scales to any size; `title`: for screen readers."""
    out = io.BytesIO()
    _qr(url).save(
        out, kind="svg", border=QUIET_ZONE, title=title or None, light="#fff", omitsize=True
    )
    return out.getvalue()


def qr_png(url: str, *, module: int = 16) -> bytes:
    """The QR as a PNG with so many pixels per module."""
    out = io.BytesIO()
    _qr(url).save(out, kind="png", border=QUIET_ZONE, scale=module)
    return out.getvalue()


def paper_qr(text: str) -> bytes:
    """A small QR for a printed form, as an SVG without a quiet zone: level M, large modules."""
    out = io.BytesIO()
    code = segno.make_qr(text, error="m", boost_error=False)
    code.save(out, kind="svg", border=0, light="#fff", omitsize=True)
    return out.getvalue()
