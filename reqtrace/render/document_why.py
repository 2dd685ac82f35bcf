"""The parts of the JSON document about what did not happen, and why."""

from __future__ import annotations

from reqtrace.analysis.answers import Answer, Subject
from reqtrace.analysis.decisions import decisions
from reqtrace.analysis.findings import findings, walks
from reqtrace.analysis.nearest import mismatches, nearest
from reqtrace.analysis.why import questions, why
from reqtrace.render.document_spans import Document
from reqtrace.render.why_words import (
    answer_text,
    decision_text,
    finding_text,
    nearest_text,
    question_text,
    refusal_text,
    walk_texts,
)
from reqtrace.trace.model import RequestTrace

__all__ = [
    "decision_documents",
    "finding_documents",
    "nearest_document",
    "refusal_documents",
    "walk_documents",
    "why_documents",
]


def why_documents(trace: RequestTrace) -> list[Document]:
    """Every question that can be asked about the request or on one of its rows, with its answers."""
    subjects = dict.fromkeys(questions(trace))
    for row in trace.passes:
        subjects |= dict.fromkeys(questions(trace, row))
    return [_question(trace, subject) for subject in subjects]


def _question(trace: RequestTrace, subject: Subject) -> Document:
    return {
        "question": subject.question.value,
        "layer": subject.layer,
        "name": subject.name or None,
        "text": question_text(trace, subject),
        "answers": [_answer(answer) for answer in why(trace, subject)],
    }


def _answer(answer: Answer) -> Document:
    return {
        "answer": answer.id.key,
        "values": dict(answer.values),
        "text": answer_text(answer),
        "stop": answer.stop,
        "layer": answer.layer,
        "file": answer.file or None,
        "line": answer.line or None,
    }


def finding_documents(trace: RequestTrace) -> list[Document]:
    """What is notable about the request as a whole."""
    return [
        {
            "finding": found.id.key,
            "values": dict(found.values),
            "text": finding_text(found),
            "stops": list(found.stops),
            "file": found.file or None,
            "line": found.line or None,
            "function": found.function or None,
        }
        for found in findings(trace)
    ]


def walk_documents(trace: RequestTrace) -> list[list[Document]]:
    """The way of each exception, step by step."""
    return [
        [
            {
                "step": step.id.key,
                "values": dict(step.values),
                "text": words,
                "stop": step.stop,
                "file": step.file or None,
                "line": step.line or None,
            }
            for words, step in walk_texts(walk)
        ]
        for walk in walks(trace)
    ]


def decision_documents(trace: RequestTrace) -> list[Document]:
    """The settings that decided something."""
    return [
        {
            "setting": one.setting,
            "value": one.value or None,
            "decision": one.id.key,
            "values": dict(one.values),
            "text": decision_text(one),
            "stop": one.stop,
        }
        for one in decisions(trace)
    ]


def refusal_documents(trace: RequestTrace) -> list[Document]:
    """Why each pattern that was tried did not match."""
    return [
        {
            "patterns": list(one.texts),
            "reason": one.refusal.reason.value,
            "wanted": one.refusal.wanted or None,
            "got": one.refusal.got or None,
            "matched_characters": one.refusal.fitting,
            "text": refusal_text(one.refusal),
        }
        for one in mismatches(trace)
    ]


def nearest_document(trace: RequestTrace) -> Document | None:
    """The pattern that a path without a view almost matches."""
    near = nearest(trace)
    if near is None:
        return None
    return {
        "almost": near.almost.value,
        "route": near.route,
        "name": near.name or None,
        "letters": near.letters or None,
        "wanted": near.wanted or None,
        "got": near.got or None,
        "text": nearest_text(near),
    }
