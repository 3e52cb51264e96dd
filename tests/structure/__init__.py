"""What the code must look like, as functions: each takes the root of a tree and names what breaks a rule."""

from collections.abc import Callable
from pathlib import Path

from tests.structure import borders, conduct, shapes

CHECKS: tuple[Callable[[Path], list[str]], ...] = (
    shapes.files_are_short,
    shapes.functions_are_short,
    shapes.most_functions_are_tiny,
    shapes.every_module_says_what_it_is_for,
    shapes.imports_stand_at_the_top,
    shapes.no_dumping_grounds,
    borders.imports_point_down,
    borders.only_the_command_line_imports_main,
    borders.wechatpy_is_only_an_oracle,
    borders.the_simulator_stands_alone,
    borders.rules_are_pure,
    borders.openids_stay_behind_the_door,
    conduct.only_actions_write,
    conduct.steps_are_declared,
    conduct.steps_that_are_asked_for_exist,
    conduct.every_job_is_scheduled,
)
