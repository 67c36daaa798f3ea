package org.longread.job.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.longread.kernels.bench.BenchPreset;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The picture is XML, shows every series, and keeps inside its frame. */
class TestCostPicture {
  private static final List<BenchSeries> SERIES =
      List.of(
          series(BenchPreset.DEMO, 256, 1024, 4096),
          series(BenchPreset.MEDIUM, 256, 32_768, 131_072));

  private static BenchSeries series(BenchPreset preset, Integer... positions) {
    return new BenchSeries(preset, Stream.of(positions).map(Points::at).toList());
  }

  private static Document parse(OptionalDouble usd) throws Exception {
    String svg = CostPicture.draw(Points.HERE, SERIES, new BenchPrice(usd, 2));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(UTF_8)));
  }

  private static List<Element> elements(Document picture, String name) {
    NodeList nodes = picture.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  @Test
  void everySeriesIsThereOncePerPanel() throws Exception {
    List<String> names =
        elements(parse(OptionalDouble.empty()), "title").stream()
            .map(Element::getTextContent)
            .toList();
    assertThat(names)
        .contains("limit, sparse", "limit, dense expanded", "limit, dense absorbed")
        .filteredOn(name -> !name.startsWith("limit"))
        .containsOnly(
            "sparse", "dense expanded", "dense absorbed", "published, dense", "published, sparse");
    assertThat(names).filteredOn("sparse"::equals).hasSize(4);
    assertThat(names).filteredOn("dense expanded"::equals).hasSize(2);
  }

  @Test
  void pointsAreInsideTheFrame() throws Exception {
    Document picture = parse(OptionalDouble.empty());
    double width = Double.parseDouble(picture.getDocumentElement().getAttribute("width"));
    double height = Double.parseDouble(picture.getDocumentElement().getAttribute("height"));
    for (Element line : elements(picture, "polyline")) {
      for (String point : line.getAttribute("points").split(" ", -1)) {
        String[] xy = point.split(",", -1);
        assertThat(Double.parseDouble(xy[0])).isBetween(0.0, width);
        assertThat(Double.parseDouble(xy[1])).isBetween(0.0, height);
      }
    }
  }

  @Test
  void wordsSayWhereAndWhat() throws Exception {
    String words = parse(OptionalDouble.empty()).getDocumentElement().getTextContent();
    assertThat(words)
        .contains("A <fast> processor", "JDK 17", "commit abc", "µs per token", "128K");
    assertThat(parse(OptionalDouble.of(1)).getDocumentElement().getTextContent())
        .contains("USD per million tokens");
  }

  @Test
  void ticksAreRound() {
    LogAxis axis = new LogAxis(256, 4096, 0, 100);
    assertThat(axis.powersOfTwo()).containsExactly(256.0, 512.0, 1024.0, 2048.0, 4096.0);
    assertThat(axis.decimalSteps()).containsExactly(500.0, 1000.0, 2000.0);
    assertThat(axis.at(1024)).isEqualTo(50);
  }
}
