"""The folders beside the package."""

from trainer import paths


def test_folders_are_there() -> None:
    for folder in (paths.TEMPLATES, paths.STATIC, paths.MIGRATIONS, paths.COURSES, paths.BANKS):
        assert folder.is_dir(), folder
