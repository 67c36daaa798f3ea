package org.longread.job.arrow.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Footer;

/**
 * Reads the footer of an IPC file: {@code ARROW1, messages, footer, its length, ARROW1}. One read
 * of the file's end is enough unless the schema is huge.
 */
public final class FooterReader {
  private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FEATHER_1 = "FEA1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD_BYTES = 8;
  private static final int TAIL_BYTES = Integer.BYTES + MAGIC.length;
  private static final int READ_BYTES = 64 << 10;
  private static final int CONTINUATION = 0xffffffff;

  private FooterReader() {}

  /**
   * Reads the footer.
   *
   * @throws IOException naming the file, if it is no Arrow file, cut short or damaged
   */
  public static FileFooter read(FileInput in) throws IOException {
    if (in.length() < HEAD_BYTES + TAIL_BYTES) {
      throw in.invalid(0, "not an Arrow file, it has " + in.length() + " bytes");
    }
    int bytes = (int) Math.min(in.length(), READ_BYTES);
    byte[] end = in.read(in.length() - bytes, bytes);
    if (!Arrays.equals(end, bytes - MAGIC.length, bytes, MAGIC, 0, MAGIC.length)) {
      throw wrongFormat(in);
    }
    int footerBytes =
        ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes - TAIL_BYTES);
    long offset = in.length() - TAIL_BYTES - footerBytes;
    if (footerBytes <= 0 || offset < HEAD_BYTES) {
      throw in.invalid(
          in.length() - TAIL_BYTES, "damaged, its footer claims " + footerBytes + " bytes");
    }
    byte[] footer =
        footerBytes + TAIL_BYTES <= bytes
            ? Arrays.copyOfRange(end, bytes - TAIL_BYTES - footerBytes, bytes - TAIL_BYTES)
            : in.read(offset, footerBytes);
    return parse(in, offset, footer);
  }

  private static IOException wrongFormat(FileInput in) throws IOException {
    byte[] head = in.read(0, HEAD_BYTES);
    if (Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      return in.invalid(in.length(), "an Arrow file cut short, it does not end with ARROW1");
    }
    if (Arrays.equals(head, 0, FEATHER_1.length, FEATHER_1, 0, FEATHER_1.length)) {
      return in.invalid(0, "Feather version 1 is not supported. Write it again as an Arrow file");
    }
    ByteBuffer words = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    int length = words.getInt(0) == CONTINUATION ? words.getInt(4) : words.getInt(0);
    if (words.getInt(0) == CONTINUATION || (length > 0 && length < in.length())) {
      return in.invalid(
          0,
          "not an Arrow file, but by its start an Arrow stream, which is not supported."
              + " Write it again in the IPC file format");
    }
    return in.invalid(0, "not an Arrow file, it does not begin with ARROW1");
  }

  private static FileFooter parse(FileInput in, long offset, byte[] bytes) throws IOException {
    try {
      Footer footer = Footer.getRootAsFooter(ByteBuffer.wrap(bytes));
      if (footer.schema() == null) {
        throw in.invalid(offset, "damaged, its footer has no schema");
      }
      if (footer.schema().endianness() != Endianness.Little) {
        throw in.invalid(offset, "big-endian files are not supported");
      }
      List<Block> dictionaries = new ArrayList<>();
      for (int i = 0; i < footer.dictionariesLength(); i++) {
        dictionaries.add(check(in, offset, footer.dictionaries(i)));
      }
      List<Block> batches = new ArrayList<>();
      for (int i = 0; i < footer.recordBatchesLength(); i++) {
        batches.add(check(in, offset, footer.recordBatches(i)));
      }
      return new FileFooter(SchemaDecoder.decode(footer.schema()), dictionaries, batches);
    } catch (RuntimeException | StackOverflowError e) { // a damaged flatbuffer may do any of these
      IOException damaged = in.invalid(offset, "damaged, its footer cannot be decoded: " + e);
      damaged.initCause(e);
      throw damaged;
    }
  }

  private static Block check(FileInput in, long footer, org.apache.arrow.flatbuf.Block block)
      throws IOException {
    Block found = new Block(block.offset(), block.metaDataLength(), block.bodyLength());
    boolean inside =
        found.offset() >= HEAD_BYTES
            && found.metadataBytes() > 0
            && found.bodyBytes() >= 0
            && found.offset() <= footer - found.metadataBytes()
            && found.bodyBytes() <= footer - found.bodyOffset();
    if (!inside) {
      throw in.invalid(footer, "damaged, its footer places a batch outside the file: " + found);
    }
    return found;
  }
}
