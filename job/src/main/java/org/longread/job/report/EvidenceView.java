package org.longread.job.report;

import java.util.Optional;
import java.util.stream.Collectors;
import org.longread.job.Units;

/** The document around an answer's evidence, marked; or positions alone where there is no text. */
final class EvidenceView {
  private final AnswerRow row;
  private final long characters;
  private final Optional<Excerpt> excerpt;

  EvidenceView(AnswerRow row, Optional<DocumentText> text) {
    this.row = row;
    this.characters = text.map(DocumentText::characters).orElse(0L);
    this.excerpt = text.map(known -> known.excerpts().get(row.questionIndex()));
  }

  void write(Markup page) {
    boolean hasText = excerpt.isPresent() && characters > 0;
    if (!row.evidence().isEmpty() && characters > 0) {
      strip(page);
    }
    if (hasText && row.evidence().isEmpty()) {
      page.open("details").element("summary", "Beginning of the document");
      excerpt(page);
      page.close().line();
    } else if (hasText) {
      excerpt(page);
    }
    if (!row.evidence().isEmpty()) {
      spans(page);
    }
    if (hasText && excerpt.get().spansOutside() > 0) {
      String outside =
          "%s of %s beyond the end of this text: it is not the text the run read."
              .formatted(
                  Units.count(excerpt.get().spansOutside()),
                  Headline.number(row.evidence().size(), "span"));
      page.element("p", outside, "class", "note").line();
    }
  }

  private void excerpt(Markup page) {
    page.open("div", "class", "excerpt", "dir", "auto");
    excerpt.orElseThrow().pieces().forEach(piece -> write(piece, page));
    page.close().line();
  }

  /** Where in the document evidence is. */
  private void strip(Markup page) {
    String where =
        row.evidence().stream()
            .map(span -> Units.percent((double) span.start() / characters))
            .collect(Collectors.joining(", "));
    try (Picture strip =
        Picture.openStrip(
            page,
            "Where the evidence is in the document",
            "Counted from its start: at " + where + ", the strongest first.")) {
      strip.rectangle("track", 0, 0, 100, 10);
      for (Span span : row.evidence()) {
        double from = Math.max(0, Math.min(99, 100.0 * span.start() / characters));
        double to = Math.min(100, 100.0 * span.end() / characters);
        strip.rectangle("evidence", from, 0, Math.max(0.8, to - from), 10);
      }
    }
    page.line();
  }

  private static void write(Excerpt.Piece piece, Markup page) {
    if (piece instanceof Excerpt.Plain plain) {
      page.text(plain.text());
    } else if (piece instanceof Excerpt.Marked marked) {
      page.open("mark");
      page.element("span", "[Evidence " + marked.rank() + ": ", "class", "unseen");
      page.text(marked.text());
      page.element("sup", String.valueOf(marked.rank()), "aria-hidden", "true");
      page.element("span", "]", "class", "unseen").close();
    } else if (piece instanceof Excerpt.LeftOut left) {
      String words = "\u2026 " + Headline.number(left.characters(), "character") + " \u2026";
      page.element("span", words, "class", "left-out", "dir", "ltr");
    }
  }

  private void spans(Markup page) {
    page.open("ol", "class", "spans", "aria-label", "Evidence, the strongest first");
    for (Span span : row.evidence()) {
      page.open("li").element("strong", Units.percent(span.weight()));
      page.text(
          " of attention at characters %s\u2013%s"
              .formatted(Units.count(span.start()), Units.count(span.end())));
      page.close();
    }
    page.close().line();
  }
}
