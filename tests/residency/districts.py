"""A made-up district of any size, as a folder of ledgers with another code and other names than the demonstration."""

import csv
from collections.abc import Iterator
from pathlib import Path

import yaml

Cells = dict[str, str]


def write_district(
    folder: Path, *, district: str = "990205", communities: int = 2, buildings: int = 2, floors: int = 5
) -> int:
    """Write org.yaml and the three registers, two entrances of two rooms a floor. Returns how many dwellings."""
    codes = [f"{district}001{number:03}" for number in range(1, communities + 1)]
    (folder / "org.yaml").write_text(
        yaml.safe_dump(
            {
                "district": {"code": int(district), "name": "河东区"},
                "streets": [{"code": int(f"{district}001"), "name": "码头街道"}],
                "communities": [
                    {"code": int(code), "street": int(code[:9]), "name": f"第{code}社区"} for code in codes
                ],
                "grids": [{"code": int(f"{code}001"), "community": int(code), "name": "一网格"} for code in codes],
                "compounds": [{"name": "幸福里", "community": int(code), "kind": "商品房"} for code in codes],
                "buildings": [
                    {"code": f"{code}001-{number:02}", "compound": "幸福里", "no": number}
                    for code in codes
                    for number in range(1, buildings + 1)
                ],
            },
            allow_unicode=True,
        ),
        "utf-8",
    )
    dwellings = list(_dwellings(codes, buildings, floors))
    write_csv(folder / "dwellings.csv", dwellings)
    write_csv(folder / "residents.csv", list(_residents(dwellings)))
    write_csv(folder / "owners.csv", list(_owners(dwellings)))
    return len(dwellings)


def write_csv(path: Path, rows: list[Cells]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _dwellings(communities: list[str], buildings: int, floors: int) -> Iterator[Cells]:
    for community in communities:
        for building in range(1, buildings + 1):
            for entrance in (1, 2):
                for floor in range(1, floors + 1):
                    for door in (1, 2):
                        room = f"{floor}{door:02}"
                        yield {
                            "code": f"{community}001-{building:02}{entrance:02}{floor:02}{door:02}",
                            "grid": f"{community}001",
                            "community": community,
                            "compound": "幸福里",
                            "building": str(building),
                            "unit": str(entrance),
                            "floor": str(floor),
                            "room": room,
                            "address": f"幸福里{building}号楼{entrance}单元{room}",
                            "area": "88.5",
                            "kind": "商品房",
                            "state": "自住",
                        }


def _residents(dwellings: list[Cells]) -> Iterator[Cells]:
    for number, dwelling in enumerate(dwellings):
        for place, name in enumerate(("周安宁", "吴小满")):
            yield {
                "pid": f"R{number}-{place}",
                "name": name,
                "sex": "女",
                "birth": "1980-05-06",
                "id_no": f"990205{1980 + place}0506{number % 10000:04}",
                "phone": f"154{number:08}",
                "dwelling": dwelling["code"],
                "role": "家属" if place else "户主",
                "relation": "配偶" if place else "本人",
                "party": "0",
                "tags": "高龄|残疾" if place else "",
            }


def _owners(dwellings: list[Cells]) -> Iterator[Cells]:
    for number, dwelling in enumerate(dwellings):
        yield {
            "owner": f"业主-{number}",
            "dwelling": dwelling["code"],
            "holder": "person",
            "pid": f"R{number}-0",
            "name": "周安宁",
            "id_no": "",
            "phone": "",
            "share": "1/1",
        }
