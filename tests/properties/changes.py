"""Models that are changed at random, as text; every change is one that a migration can follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_TYPES = {
    "int32": "int32 {}",
    "int64": "int64 {}",
    "bool": "bool {}",
    "double": "double {}",
    "short": "string {} = # [max_length = 20@]",
    "long": "string {} = # [max_length = 200@]",
    "text": "string {} = # [text = True@]",
    "date": 'string {} = # [content_type = "date"@]',
    "ip": 'string {} = # [content_type = "ip"@]',
    "bytes": "bytes {}",
}
_LINKS = ("manytoone", "onetoone", "manytomany")


@dataclass
class Member:
    """A field, or a link to the message ``peer``."""

    name: str
    number: int
    kind: str
    required: bool = False
    unique: bool = False
    peer: Message | None = None

    def text(self) -> str:
        word = "required" if self.required else "optional"
        if self.peer is not None:
            return f"{word} {self.kind} {self.name}->{self.peer.name}:+ = {self.number}"
        spelled = _TYPES[self.kind].format(self.name)
        if "#" not in spelled:
            spelled += " = # [@]"
        options = ", unique = True" if self.unique else ""
        spelled = spelled.replace("#", str(self.number)).replace("@", options)
        return f"{word} {spelled.replace('[, ', '[').replace(' []', '')}"


@dataclass
class Message:
    """A message; ``was`` is its name before the last change."""

    name: str
    base: Message | None = None
    abstract: bool = False
    members: list[Member] = field(default_factory=list)
    was: str = ""

    def text(self) -> str:
        options = "    option abstract = True;\n" if self.abstract else ""
        if self.was:
            options += f'    option renamed_from = "{self.was}";\n'
        base = f" ({self.base.name})" if self.base else ""
        lines = "".join(f"    {member.text()};\n" for member in self.members)
        return f"message {self.name}{base} {{\n{options}{lines}}}\n"


class Models:
    """All messages of a package."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.messages: list[Message] = []
        self.count = 0
        for _ in range(random.randint(1, 3)):
            self.add_message()

    def text(self) -> str:
        return "\n".join(message.text() for message in self.messages)

    def change(self) -> None:
        """Make some changes at once."""
        for message in self.messages:
            message.was = ""
        for _ in range(self.random.randint(1, 5)):
            self.random.choice(_CHANGES)(self)

    def word(self) -> str:
        self.count += 1
        return f"{self.random.choice('abcdef')}{self.count}"

    def add_message(self) -> None:
        base = self.random.choice([None, None, *self.messages])
        message = Message(self.word().upper(), base, abstract=self.random.random() < 0.2)
        self.messages.append(message)
        for _ in range(self.random.randint(1, 4)):
            self.add_member(message)

    def remove_message(self) -> None:
        message = self.random.choice(self.messages)
        if len(self.messages) > 1 and not any(m.base is message for m in self.messages):
            self.messages.remove(message)
            for other in self.messages:
                other.members = [m for m in other.members if m.peer is not message]

    def rename_message(self) -> None:
        message = self.random.choice(self.messages)
        if not message.was:
            message.was, message.name = message.name, self.word().upper()

    def add_member(self, message: Message | None = None) -> None:
        message = message or self.random.choice(self.messages)
        peers = [m for m in self.messages if not m.abstract]
        number = self.number(message)
        if peers and self.random.random() < 0.3:
            kind = self.random.choice(_LINKS)
            member = Member(self.word(), number, kind, peer=self.random.choice(peers))
        else:
            member = Member(self.word(), number, self.random.choice(list(_TYPES)))
            member.unique = self.random.random() < 0.1 and member.kind not in ("bool", "bytes")
        member.required = self.random.random() < 0.4
        message.members.append(member)

    def number(self, message: Message) -> int:
        free = set(range(1, 40)) - {m.number for m in message.members}
        return self.random.choice(sorted(free))

    def member(self) -> tuple[Message, Member]:
        message = self.random.choice(self.messages)
        if not message.members:
            self.add_member(message)
        return message, self.random.choice(message.members)

    def remove_member(self) -> None:
        message, member = self.member()
        if len(message.members) > 1:
            message.members.remove(member)

    def rename_member(self) -> None:
        _, member = self.member()
        member.name = self.word()

    def swap_names(self) -> None:
        message, one = self.member()
        other = self.random.choice(message.members)
        one.name, other.name = other.name, one.name

    def renumber(self) -> None:
        message, member = self.member()
        member.number = self.number(message)

    def retype(self) -> None:
        _, member = self.member()
        if member.peer is None:
            member.kind = self.random.choice(list(_TYPES))
            member.unique = member.unique and member.kind not in ("bool", "bytes")
        else:
            member.kind = self.random.choice(_LINKS)

    def retarget(self) -> None:
        _, member = self.member()
        if member.peer is not None:
            member.peer = self.random.choice([m for m in self.messages if not m.abstract])

    def toggle(self) -> None:
        _, member = self.member()
        if self.random.random() < 0.7 or member.peer is not None:
            member.required = not member.required
        elif member.kind not in ("bool", "bytes"):
            member.unique = not member.unique


_CHANGES = (
    Models.add_message,
    Models.remove_message,
    Models.rename_message,
    Models.add_member,
    Models.add_member,
    Models.remove_member,
    Models.rename_member,
    Models.swap_names,
    Models.renumber,
    Models.retype,
    Models.retarget,
    Models.toggle,
)
