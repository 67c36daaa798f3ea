package org.longread.job.read;

import java.io.IOException;
import java.nio.file.Path;
import org.longread.job.FuzzFile;
import org.longread.job.JobConf.PromptFormat;
import org.longread.kernels.checkpoint.ModelVariant;

/** Fuzz target: any bytes as a chat template frame a message, or are refused, in little time. */
public final class FuzzChatTemplate {
  private static final FuzzFile FILE = new FuzzFile(ChatTemplate.FILE);

  private FuzzChatTemplate() {}

  /** Input: the file. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Path file = FILE.with(input);
    try {
      ChatFrame frame =
          ChatFrame.of(PromptFormat.CHAT, file.getParent(), ModelVariant.DEEPSEEK_V32);
      if (frame.head().length() + frame.tail().length() > 1_000_000) {
        throw new IllegalStateException("a frame of more than the limit");
      }
    } catch (IllegalArgumentException e) {
      if (!e.getMessage().contains(ChatTemplate.FILE)) {
        throw e;
      }
    }
  }
}
