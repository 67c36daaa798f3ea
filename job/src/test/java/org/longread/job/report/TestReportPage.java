package org.longread.job.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.InferenceJob;
import org.longread.job.Inputs;
import org.longread.job.OptionValues;
import org.longread.job.write.ArrowTables;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Pages of runs of the job itself. */
class TestReportPage {
  private static final String HOSTILE =
      "\uD83D\uDE00 <script>alert(1)</script> \"'><img src=x onerror=alert(2)> ]]> &amp; \u202Egnp.exe"
          + " \u0000\u0007 <!-- </style> javascript:alert(3) "
          + "w".repeat(300)
          + " The access code of Merthok: 13072. And so on. ";

  @TempDir Path folder;

  private Path run(Path input, String... options) {
    Path output = folder.resolve("out");
    Map<String, String> values = new TreeMap<>();
    values.put("input", input.toString());
    values.put("output", output.toString());
    values.put("model", Path.of("..", "deploy", "demo", "model").toString());
    values.put("id-column", "id");
    values.put("max-new-tokens", "8");
    for (int i = 0; i < options.length; i += 2) {
      values.put(options[i], options[i + 1]);
    }
    InferenceJob.run(Inputs.spark(), new OptionValues().addCommandLine(values).resolve());
    return output;
  }

  private static Report report(Path output, int documents) {
    return Report.read(RunOutput.open(output.toString(), new Configuration()), documents);
  }

  private static Document page(Path output) throws Exception {
    Report report = report(output, 50);
    return Pages.parse(ReportPage.html(report, DocumentTexts.read(Inputs.spark(), report)));
  }

  /** What must hold of every page. */
  private static void assertSound(Document page) throws Exception {
    for (String name : List.of("script", "img", "iframe", "object", "link")) {
      assertThat(Pages.all(page, name)).as(name).isEmpty();
    }
    List<String> ids = new ArrayList<>();
    for (Element element : Pages.all(page, "*")) {
      for (int i = 0; i < element.getAttributes().getLength(); i++) {
        String name = element.getAttributes().item(i).getNodeName();
        assertThat(name).doesNotStartWith("on").isNotIn("style", "src");
      }
      if (element.hasAttribute("id")) {
        ids.add(element.getAttribute("id"));
      }
    }
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(Pages.all(page, "a"))
        .allSatisfy(
            a -> assertThat(ids.stream().map(id -> "#" + id)).contains(a.getAttribute("href")));
    for (Element element : Pages.all(page, "*")) {
      for (String id : element.getAttribute("aria-labelledby").split(" ", -1)) {
        assertThat(id.isEmpty() || ids.contains(id)).as("%s", id).isTrue();
      }
    }
    assertHeadings(page);
    assertPolicy(page);
    assertThat(Pages.all(page, "table"))
        .allSatisfy(table -> assertThat(Pages.texts(table, "caption")).hasSize(1));
    assertThat(Pages.all(page, "th"))
        .allSatisfy(th -> assertThat(th.getAttribute("scope")).isIn("row", "col"));
  }

  private static void assertHeadings(Document page) {
    int before = 0;
    for (Element element : Pages.all(page, "*")) {
      if (element.getTagName().matches("h[1-6]")) {
        int level = element.getTagName().charAt(1) - '0';
        assertThat(level).as(element.getTextContent()).isLessThanOrEqualTo(before + 1);
        before = level;
      }
    }
    assertThat(Pages.all(page, "h1")).hasSize(1);
  }

  private static void assertPolicy(Document page) throws Exception {
    String css = Pages.texts(page, "style").get(0);
    assertThat(css).doesNotContain("url(", "@import");
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(css.getBytes(UTF_8));
    assertThat(Pages.all(page, "meta").get(1).getAttribute("content"))
        .startsWith("default-src 'none';")
        .contains("style-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "';");
  }

  private static List<String> marks(Document page) {
    return Pages.all(page, "mark").stream().map(Pages::ownText).toList();
  }

  @Test
  void hostileDocumentsAreShownAndMarkedWhereTheEvidenceIs() throws Exception {
    String id = "<b onclick=alert(4)>\u202E\"&";
    String text = HOSTILE.repeat(4);
    String question = "\nQuestion: <script>alert(5)</script>What is the code? Answer: ";
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id string, text string, questions array<string>",
            Inputs.row(id, text, List.of(question, "b")),
            Inputs.row("<i>none</i>", null, List.of("<u>c</u>")));
    Path output =
        run(
            input,
            "task",
            "generate",
            "questions-column",
            "questions",
            "sample-quality",
            "0.2",
            "usd-per-hour",
            "3",
            "max-failed-fraction",
            "1");
    Document page = page(output);
    assertSound(page);
    List<String> expected = new ArrayList<>();
    ArrowTables.forEachRow(
        output.resolve("results"),
        row -> {
          for (Span span : Span.of(row.get("evidence"))) {
            int from = text.offsetByCodePoints(0, (int) span.start());
            int to = text.offsetByCodePoints(0, (int) span.end());
            expected.add(VisibleText.of(text.substring(from, to)));
          }
        });
    assertThat(expected).isNotEmpty();
    assertThat(marks(page)).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(Pages.texts(page, "h3"))
        .containsExactlyInAnyOrder(VisibleText.of(id), "<i>none</i>");
    assertThat(Pages.texts(page, "p")).contains(question.strip());
    assertThat(Pages.texts(page, "h1").get(0))
        .startsWith("2 answers from 2 documents in ")
        .endsWith("; 1 of 3 rows failed.");
    assertThat(Pages.texts(page, "h2"))
        .containsExactly(
            "Answers",
            "Failures",
            "Speed",
            "Cost and length",
            "Quality of the selection",
            "Balance of Spark tasks",
            "The run");
    assertThat(Pages.texts(page, "caption")).contains("Failed rows by reason");
    assertThat(Pages.texts(page, "dd"))
        .contains("Cannot read document <i>none</i>: text or tokens are null");
  }

  @Test
  void runOfNothingHasAPage() throws Exception {
    Path input = Inputs.write(folder.resolve("in"), 1, "id int, text string");
    Document page = page(run(input, "task", "score"));
    assertSound(page);
    assertThat(Pages.texts(page, "h1").get(0)).startsWith("There was nothing to read");
    assertThat(Pages.texts(page, "h2")).doesNotContain("Scores", "Failures", "Speed");
  }

  @Test
  void runThatOnlyFailedHasAPage() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id int, text string",
            Inputs.row(1, null),
            Inputs.row(2, null),
            Inputs.row(null, "a"));
    Document page = page(run(input, "task", "embed", "max-failed-fraction", "1"));
    assertSound(page);
    assertThat(Pages.texts(page, "h1").get(0))
        .startsWith("No vector from 3 documents")
        .endsWith("all 3 rows failed.");
    assertThat(Pages.texts(page, "strong")).contains("null_text", "null_id");
    assertThat(Pages.texts(page, "h2")).doesNotContain("Speed", "Cost and length");
  }

  @Test
  void scoresAndVectorsAreNamed() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id int, text string, tokens array<int>",
            Inputs.row(1, "a few words", Arrays.asList(1, 2, 3)));
    Document scores = page(run(input, "task", "score"));
    assertSound(scores);
    assertThat(Pages.texts(scores, "p")).anyMatch(p -> p.matches("\\d+\\.\\d{3} bits per byte"));
    assertThat(Pages.texts(scores, "summary")).contains("Beginning of the document");
    org.apache.hadoop.fs.FileUtil.fullyDelete(folder.resolve("out").toFile());
    Document vectors =
        page(run(input, "task", "embed", "text-column", "", "tokens-column", "tokens"));
    assertSound(vectors);
    assertThat(Pages.texts(vectors, "p")).anyMatch(p -> p.startsWith("A vector of "));
  }

  @Test
  void textsThatAreGoneOrChangedAreSaidToBe() throws Exception {
    Path input =
        Inputs.write(folder.resolve("in"), 1, "id int, text string", Inputs.row(7, HOSTILE));
    Path output = run(input, "task", "generate", "prompt-suffix", "?");
    Path other =
        Inputs.write(folder.resolve("other"), 1, "id int, text string", Inputs.row(7, "short"));
    Report report = report(output, 50);
    Document changed =
        Pages.parse(
            ReportPage.html(report, DocumentTexts.read(Inputs.spark(), report, other.toString())));
    assertSound(changed);
    assertThat(Pages.texts(changed, "p"))
        .anyMatch(p -> p.contains("were changed after the run began"))
        .anyMatch(p -> p.contains("not the text the run read"));
    assertThat(marks(changed)).isEmpty();

    org.apache.hadoop.fs.FileUtil.fullyDelete(input.toFile());
    Document gone = page(output);
    assertSound(gone);
    assertThat(Pages.texts(gone, "p")).anyMatch(p -> p.contains("could not be read again"));
    assertThat(Pages.texts(gone, "li")).anyMatch(li -> li.contains(" of attention at characters "));
  }

  @Test
  void noDocumentsMeansNoText() throws Exception {
    Path input =
        Inputs.write(folder.resolve("in"), 1, "id string, text string", Inputs.row("a", HOSTILE));
    Report report = report(run(input, "task", "generate", "prompt-suffix", "?"), 0);
    Document page = Pages.parse(ReportPage.html(report, DocumentTexts.none("")));
    assertSound(page);
    assertThat(Pages.all(page, "article")).isEmpty();
    assertThat(page.getDocumentElement().getTextContent()).doesNotContain("Merthok");
  }
}
