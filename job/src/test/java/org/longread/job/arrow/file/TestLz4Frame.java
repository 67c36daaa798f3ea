package org.longread.job.arrow.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG;
import org.junit.jupiter.api.Test;

/** Holds our decoder to frames of another library, and to ones made by hand. */
class TestLz4Frame {
  private static byte[] frame(byte[] bytes, FLG.Bits... flags) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LZ4FrameOutputStream lz4 =
        new LZ4FrameOutputStream(out, BLOCKSIZE.SIZE_64KB, bytes.length, flags)) {
      lz4.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void framesOfTheReferenceLibraryComeBack() throws IOException {
    Random random = new Random(7);
    for (int length : new int[] {0, 1, 4, 15, 16, 100, 65_535, 65_536, 65_537, 300_000}) {
      for (int alphabet : new int[] {1, 2, 5, 256}) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
          bytes[i] = (byte) (i % 300 < 250 ? random.nextInt(alphabet) : 3);
        }
        byte[] plain = frame(bytes, FLG.Bits.BLOCK_INDEPENDENCE);
        assertThat(Lz4Frame.decompress(plain, length)).isEqualTo(bytes);
        byte[] checked =
            frame(
                bytes,
                FLG.Bits.BLOCK_INDEPENDENCE,
                FLG.Bits.BLOCK_CHECKSUM,
                FLG.Bits.CONTENT_CHECKSUM,
                FLG.Bits.CONTENT_SIZE);
        assertThat(Lz4Frame.decompress(checked, length)).isEqualTo(bytes);
      }
    }
  }

  @Test
  void matchesReachIntoTheBlockBefore() {
    byte[] linked =
        HexFormat.of()
            .parseHex(
                "04224d18" // magic
                    + "404000" // version 1, blocks linked; 64 KiB; header checksum, not looked at
                    + "04000080" // a block of 4 stored bytes
                    + "61626364"
                    + "05000000" // a compressed block of 5 bytes
                    + "00" // no literals, a match of 4
                    + "0400" // 4 back
                    + "1065" // one literal
                    + "00000000");
    assertThat(new String(Lz4Frame.decompress(linked, 9), StandardCharsets.US_ASCII))
        .isEqualTo("abcdabcde");
  }

  @Test
  void damagedFramesAreRefused() throws IOException {
    byte[] bytes =
        "abcabcabcabcabcabcabcabcabcabcdefdefdef".repeat(50).getBytes(StandardCharsets.US_ASCII);
    byte[] frame = frame(bytes, FLG.Bits.BLOCK_INDEPENDENCE);
    assertThatThrownBy(() -> Lz4Frame.decompress(frame, bytes.length + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Lz4Frame.decompress(frame, bytes.length - 1))
        .isInstanceOf(IllegalArgumentException.class);
    for (int cut = 0; cut < frame.length - 4; cut++) {
      byte[] shorter = Arrays.copyOf(frame, cut);
      assertThatThrownBy(() -> Lz4Frame.decompress(shorter, bytes.length))
          .isInstanceOf(IllegalArgumentException.class);
    }
    Random random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = frame.clone();
      damaged[random.nextInt(frame.length)] ^= (byte) (1 + random.nextInt(255));
      try {
        Lz4Frame.decompress(damaged, bytes.length);
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }
}
