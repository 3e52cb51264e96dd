"""`python -m understanding.train DIR OUT`: learn from a folder of samples and keep what was learnt in another."""

import sys
from pathlib import Path

from understanding.articles import Articles
from understanding.meaning import encoder
from understanding.samples import TRAIN, Samples
from understanding.store import save_classifier, save_verifier
from understanding.training import (
    acts_of,
    departments_of,
    entries_of,
    held_from,
    offence_of,
    offends_above,
    verifier_of,
)


def train(folder: Path, out: Path) -> list[str]:
    """Learn whatever the folder has samples for; what was learnt, in words."""
    samples, learnt = Samples(folder), list[str]()
    if samples.acts:
        save_classifier(acts_of(samples.acts), out / "acts.npz", lexicon="acts")
        learnt.append(f"咨询还是反映：{len(samples.acts)} 条")
    if samples.departments:
        save_classifier(departments_of(samples.departments), out / "departments.npz", lexicon="departments")
        learnt.append(f"部门：{len(samples.departments)} 条")
    if (offences := samples.offences(TRAIN)) and samples.harmless:
        judge = offence_of(offences)
        save_classifier(held_from(judge, offends_above(judge, samples.harmless)), out / "offence.npz")
        learnt.append(f"冒犯言论：{len(offences)} 条，按 {len(samples.harmless)} 条无害留言定的界线")
    for name in samples.faq_names:
        articles = Articles(entries_of(samples.articles(name)), wider=samples.wider(name), encode=encoder())
        save_verifier(verifier_of(articles, samples.queries(name)), out / "verifier.npz")
        learnt.append(f"问答 {name}：{len(articles.entries)} 个问题")
    return learnt


if __name__ == "__main__":
    said = train(Path(sys.argv[1]), Path(sys.argv[2])) or ["文件夹里没有可学的样本。"]
    sys.stdout.write("\n".join(said) + "\n")
