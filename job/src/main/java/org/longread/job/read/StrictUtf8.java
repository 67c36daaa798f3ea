package org.longread.job.read;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.longread.job.task.DocumentException;

/** Bytes to text; what is not UTF-8 is an error with its place, never a replacement character. */
public final class StrictUtf8 {
  private StrictUtf8() {}

  /**
   * The text.
   *
   * @throws DocumentException if the bytes are not UTF-8, saying where
   */
  public static String decode(byte[] bytes) throws DocumentException {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      int at = in.position();
      throw new DocumentException(
          "invalid_utf8",
          "Cannot read text: byte 0x%02x at offset %d of %d is not UTF-8. Convert the column"
              .formatted(bytes[at] & 0xff, at, bytes.length));
    }
    return out.flip().toString();
  }

  /** UTF-8 bytes of code points {@code from} to {@code to}, exclusive, for each given span. */
  static long bytesCovered(String text, int[] starts, int[] ends) {
    long bytes = 0;
    int point = 0;
    int at = 0;
    int span = 0;
    while (at < text.length() && span < starts.length) {
      int c = text.codePointAt(at);
      while (span < starts.length && ends[span] <= point) {
        span++;
      }
      if (span < starts.length && starts[span] <= point) {
        bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      }
      at += Character.charCount(c);
      point++;
    }
    return bytes;
  }
}
