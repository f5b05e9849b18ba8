"""The benchmarks run on files as others have them, and say what is wrong with those that are not."""

import json

import pytest

from tests.benchmarks.__main__ import main


def matching(folder):
    return ["matching", *(f"--{option}={folder / name}" for option, name in FILES.items())]


FILES = {"claims": "claims.tsv", "queries": "queries.tsv", "qrels": "qrels"}
ROCKETS = "The ministry supplied rockets to Wagner."
COAL = "Coal was shipped from the port of Rason."


@pytest.mark.endurance
def test_the_matching_benchmark_reads_checkthat_files(tmp_path, capfd):
    (tmp_path / "claims.tsv").write_text(f"\tvclaim\ttitle\n0\t{ROCKETS}\tRockets?\n1\t{COAL}\tCoal?\n")
    (tmp_path / "queries.tsv").write_text("\ttweet_content\n7\tthe ministry supplied rockets\n8\tcoal from Rason\n")
    (tmp_path / "qrels").write_text("7\t0\t0\t1\n8\t0\t1\t1\n")
    main([*matching(tmp_path), "--json", str(tmp_path / "out.json")])
    rows = json.loads((tmp_path / "out.json").read_text())
    assert rows[0]["method"] == "lexical"
    assert [row["MAP@5"] for row in rows] == [1.0] * len(rows)


def test_a_file_that_is_none_is_named(tmp_path):
    (tmp_path / "qrels").write_text("7 0\n")
    with pytest.raises(SystemExit, match="line 1"):
        main(["matching", *(f"--{name}={tmp_path / 'qrels'}" for name in FILES)])


def test_made_up_records_are_the_same_each_time(tmp_path):
    for name in ("one.jsonl", "other.jsonl"):
        main(["generate", "--claims", "3", "--file", str(tmp_path / name)])
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "other.jsonl").read_bytes()
    assert len((tmp_path / "one.jsonl").read_bytes().splitlines()) == 3
