"""Writes what transformers puts around a message: python chat_expected.py ../resources/chat

Needs Jinja2. The environment is that of transformers' apply_chat_template.
"""

import json
import sys
from pathlib import Path

from jinja2.sandbox import ImmutableSandboxedEnvironment

MESSAGE = "a message\n\nof two paragraphs {{ and }} braces"


def main(folder):
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    expected = {}
    for file in sorted(folder.glob("*.jinja")):
        template = environment.from_string(file.read_text())
        for name, thinking in {"CHAT": False, "CHAT_THINKING": True}.items():
            text = template.render(
                messages=[{"role": "user", "content": MESSAGE}],
                add_generation_prompt=True,
                bos_token="<bos>",
                eos_token="<eos>",
                thinking=thinking,
                enable_thinking=thinking,
            )
            head, tail = text.split(MESSAGE)
            expected.setdefault(file.name, {})[name] = {"head": head, "tail": tail}
    (folder / "expected.json").write_text(
        json.dumps(expected, indent=1, ensure_ascii=False) + "\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
