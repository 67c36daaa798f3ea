package org.longread.job.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/** Pages as trees; one that is not well-formed is an exception. */
final class Pages {
  private Pages() {}

  static Document parse(String page) throws Exception {
    DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    builder.setErrorHandler(
        new DefaultHandler() {
          @Override
          public void fatalError(SAXParseException e) throws SAXParseException {
            throw e;
          }
        });
    return builder.parse(new ByteArrayInputStream(page.getBytes(UTF_8)));
  }

  static List<Element> all(Node within, String name) {
    NodeList nodes =
        within instanceof Document document
            ? document.getElementsByTagName(name)
            : ((Element) within).getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  static List<String> texts(Node within, String name) {
    return all(within, name).stream().map(Element::getTextContent).toList();
  }

  /** Text of an element's own, not of the elements in it. */
  static String ownText(Element element) {
    StringBuilder text = new StringBuilder();
    for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
      text.append(child.getNodeType() == Node.TEXT_NODE ? child.getNodeValue() : "");
    }
    return text.toString();
  }
}
