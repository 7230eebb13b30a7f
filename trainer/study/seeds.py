"""The seed of a check inside a lesson: derived, since reading changes nothing; stored with the answer."""

from hashlib import blake2s


def seed_of_check(secret: str, person: str, item_hash: str, turn: int) -> str:
    """The same for the same person, version and turn; nobody without the server's secret can work it out."""
    return blake2s(
        "\0".join((person, item_hash, str(turn))).encode(), key=secret.encode()[:32], person=b"check", digest_size=16
    ).hexdigest()
