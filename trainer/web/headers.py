"""What every response carries."""

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # Not `no-referrer`: over https the check of where a form came from needs it.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "Strict-Transport-Security"
TWO_YEARS = 63_072_000


def send_headers(app: Flask, *, https: bool) -> None:
    """Add the headers to every response of the app, errors and files included."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(ALWAYS)
        if https:
            response.headers[HSTS] = f"max-age={TWO_YEARS}; includeSubDomains"
        _forbid_keeping(response)
        return response


def _forbid_keeping(response: Response) -> None:
    # Neither proxy nor browser keeps a page, unless the view said itself how long: a file under a hashed name.
    if "Cache-Control" not in response.headers or request.endpoint is None:
        response.headers["Cache-Control"] = "no-store"
    if "public" not in response.headers["Cache-Control"]:
        response.vary.update(("Cookie", "HX-Request"))
