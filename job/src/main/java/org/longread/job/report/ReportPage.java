package org.longread.job.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The page of a run: one HTML file, also well-formed XML, that loads nothing and runs nothing. Its
 * policy allows the one style it holds, by hash, and nothing else.
 */
public final class ReportPage {
  private final Report report;
  private final DocumentTexts texts;
  private final Markup page = new Markup();

  private ReportPage(Report report, DocumentTexts texts) {
    this.report = report;
    this.texts = texts;
  }

  /** The page as text, to be written as UTF-8. */
  public static String html(Report report, DocumentTexts texts) {
    return new ReportPage(report, texts).html();
  }

  private String html() {
    Map<String, Section> sections = new LinkedHashMap<>();
    sections.put(new Headline(report).answers(), new AnswersSection(texts));
    sections.put("Failures", new FailuresSection());
    sections.put("Speed", new SpeedSection());
    sections.put("Cost and length", new CostSection());
    sections.put("Quality of the selection", new QualitySection());
    sections.put("Balance of Spark tasks", new BalanceSection());
    sections.put("The run", new RunSection());
    sections.values().removeIf(section -> !section.hasContent(report));

    page.open("html", "lang", "en", "xmlns", "http://www.w3.org/1999/xhtml");
    head();
    page.open("body").element("a", "Skip to the content", "class", "skip", "href", "#main");
    page.open("header").line();
    new Headline(report).write(page);
    contents(sections);
    page.close().open("main", "id", "main").line();
    sections.forEach(this::section);
    page.close();
    footer();
    return page.close().close().finish();
  }

  private void head() {
    String css = css();
    page.open("head").empty("meta", "charset", "utf-8").line();
    page.empty(
            "meta",
            "http-equiv",
            "Content-Security-Policy",
            "content",
            "default-src 'none'; style-src '%s'; base-uri 'none'; form-action 'none'"
                .formatted(hash(css)))
        .line();
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.empty("meta", "name", "referrer", "content", "no-referrer").line();
    page.element("title", "Longread report: " + report.manifest().runId()).line();
    page.style(css).close().line();
  }

  private void contents(Map<String, Section> sections) {
    page.open("nav", "aria-label", "Parts of this report").open("ul");
    sections
        .keySet()
        .forEach(
            title ->
                page.open("li").element("a", title, "href", "#" + anchor(title)).close().line());
    page.close().close().line();
  }

  private void section(String title, Section section) {
    String heading = anchor(title) + "-title";
    page.open("section", "id", anchor(title), "aria-labelledby", heading);
    page.element("h2", title, "id", heading).line();
    section.write(report, page);
    page.close().line();
  }

  private void footer() {
    page.open("footer").open("p");
    page.text(
        "Written by longread %s from %s. This page is complete in itself: it runs no script and loads nothing."
            .formatted(report.manifest().fingerprint().code(), report.folder()));
    page.close().close().line();
  }

  private static String anchor(String title) {
    return title.toLowerCase(java.util.Locale.ROOT).replace(' ', '-');
  }

  private static String css() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r", "");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read report.css", e);
    }
  }

  private static String hash(String css) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(css.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot hash: " + e.getMessage(), e);
    }
  }
}
