"""The settings file."""

from pathlib import Path

from chatproject.launch import env_file


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "env"
    env_file.add(path, "ADMIN_PASSWORD", "one")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().endswith("\nADMIN_PASSWORD=one\n")


def test_what_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "env"
    path.write_text("# mine\nDEBUG=false")
    path.chmod(0o644)
    env_file.add(path, "ADMIN_PASSWORD", "one")
    assert path.read_text() == "# mine\nDEBUG=false\nADMIN_PASSWORD=one\n"
    assert path.stat().st_mode & 0o777 == 0o600
