package org.longread.job.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

/** Whatever the text, it stays text. */
class TestMarkup {
  private static Element parse(Markup page) throws Exception {
    return Pages.parse(page.finish()).getDocumentElement();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onload='alert(1)",
        "]]>",
        "--><!--",
        "&lt;b&gt; &#60; &amp;",
        "</style></title></textarea>",
        "<![CDATA[x]]>",
        "${jndi:ldap://x}",
        "a\tb\nc  d",
        "\uD83D\uDE00 \u00E9 \u200F\u05D0"
      })
  void textAndAttributesComeBackAsTheyWere(String hostile) throws Exception {
    Element root = parse(new Markup().element("p", hostile, "title", hostile));
    assertThat(root.getTextContent()).isEqualTo(hostile);
    assertThat(root.getChildNodes().getLength()).isEqualTo(1);
    assertThat(root.getAttributes().getLength()).isEqualTo(1);
    assertThat(root.getAttribute("title").replaceAll("\\s", " "))
        .isEqualTo(hostile.replaceAll("\\s", " "));
  }

  @Test
  void whatHtmlCannotHoldIsShownAsASign() throws Exception {
    String text = "a\u0000b\u001Bc\rd\uD800e\uDC00f\uFFFEg\u0085h";
    assertThat(parse(new Markup().element("p", text)).getTextContent())
        .isEqualTo("a\u2400b\u241Bc\u240Dd\uFFFDe\uFFFDf\uFFFDg\u27E8U+0085\u27E9h");
  }

  @Test
  void textThatWouldReorderOthersIsSpelledOut() {
    for (char c : "\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069".toCharArray()) {
      assertThat(VisibleText.of("x" + c)).isEqualTo(String.format("x\u27E8U+%04X\u27E9", (int) c));
    }
    assertThat(VisibleText.of("\u05D0\u200F")).isEqualTo("\u05D0\u200F");
  }

  @Test
  void pilesOfMarksAreCut() {
    String mark = "\u0301";
    assertThat(VisibleText.of("a" + mark.repeat(8) + "b")).isEqualTo("a" + mark.repeat(8) + "b");
    assertThat(VisibleText.of("a" + mark.repeat(10) + "b" + mark.repeat(9)))
        .isEqualTo(
            "a"
                + mark.repeat(8)
                + "\u27E8+2 marks\u27E9b"
                + mark.repeat(8)
                + "\u27E8+1 marks\u27E9");
  }

  @Test
  void openElementsAreAMistake() {
    assertThatThrownBy(() -> new Markup().open("p").finish()).hasMessageContaining("[p]");
    assertThatThrownBy(() -> new Markup().style("a<b")).hasMessageContaining("style");
  }
}
