package org.longread.kernels.ops.cpu;

import java.util.Arrays;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.ExpandedAttention;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.TokenMask;
import org.longread.kernels.ops.TokenPages;

/**
 * Expanded causal attention, page by page of the cache.
 *
 * <p>A page is expanded once for all query rows of the call. Query rows are taken in blocks of up
 * to 64 with lanes over rows: scores and softmax as [keys, rows], then values with lanes over a
 * head's value. Running values stay in {@code out}, or in a padded copy where a head's value is no
 * multiple of the lane count. A call with a mask computes every score all the same: where many of
 * the tokens are attended to, whole tiles cost less than picking.
 */
final class DenseAttention {
  /** Pages at once: as many as fit a core's second cache beside a block of queries. */
  private static final int PAGES = 4;

  private final ExpandedAttention call;
  private final AttentionShape shape;
  private final ExpandedPage[] pages;
  private ExpandedPage page;
  private final QueryBlocks queries;
  private final BlockSoftmax softmax;
  private final PanelProduct product = new PanelProduct();
  private final PageMask[] masks;
  private final int valueWidth;

  DenseAttention(ExpandedAttention call) {
    this.call = call;
    this.shape = call.shape();
    int visible = call.firstPosition() + call.rows();
    int some = Math.max(1, (visible + TokenPages.PAGE - 1) / TokenPages.PAGE); // short: one
    this.pages = new ExpandedPage[Math.min(PAGES, some)];
    Arrays.setAll(pages, p -> new ExpandedPage(call));
    this.queries = new QueryBlocks(call);
    this.softmax =
        new BlockSoftmax(queries.width(0), shape.heads() * queries.padded(), shape.softmaxScale());
    this.masks = new PageMask[call.mask().isPresent() ? PAGES * queries.blocks() : 0];
    Arrays.setAll(masks, i -> new PageMask());
    this.valueWidth = pages[0].valueWidth;
  }

  /** Writes out [rows, heads * value] and lse [rows, heads]. */
  void run(Rows out, Rows lse) {
    int heads = shape.heads();
    boolean inPlace = valueWidth == shape.value();
    Rows values =
        inPlace ? out : Rows.of(new float[call.rows() * heads * valueWidth], heads * valueWidth);
    for (int i = 0; i < call.rows(); i++) {
      Arrays.fill(values.data(), values.at(i), values.at(i) + heads * valueWidth, 0f);
    }
    int visible = call.firstPosition() + call.rows();
    for (int first = 0; first < visible; first += PAGES * TokenPages.PAGE) {
      int count = open(first, visible);
      for (int h = 0; h < heads; h++) {
        for (int p = 0; p < count; p++) {
          pages[p].expand(h);
        }
        for (int block = 0; block < queries.blocks(); block++) {
          for (int p = 0; p < count; p++) {
            page = pages[p];
            attend(h, block, values.column(h * valueWidth));
          }
        }
      }
    }
    dropNegativeZeros(values, heads * valueWidth);
    for (int i = 0; i < call.rows(); i++) {
      for (int h = 0; h < heads; h++) {
        int from = values.at(i) + h * valueWidth;
        int to = out.at(i) + h * shape.value();
        lse.data()[lse.at(i) + h] =
            softmax.finish(state(h, i), values.data(), from, out.data(), to, shape.value());
      }
    }
  }

  /** Opens the next pages from token {@code first} on; returns how many. */
  private int open(int first, int visible) {
    int count = 0;
    for (int s = first; count < PAGES && s < visible; s += TokenPages.PAGE) {
      pages[count].open(s, Math.min(TokenPages.PAGE, visible - s));
      if (call.mask().isPresent()) {
        takeMask(call.mask().get(), pages[count]);
      }
      count++;
    }
    return count;
  }

  private void takeMask(TokenMask mask, ExpandedPage page) {
    for (int block = 0; block < queries.blocks(); block++) {
      int index = page.first / TokenPages.PAGE;
      maskOf(page, block).take(mask, index, queries.firstRow(block), queries.rows(block));
    }
  }

  private PageMask maskOf(ExpandedPage page, int block) {
    return masks[page.first / TokenPages.PAGE % PAGES * queries.blocks() + block];
  }

  private int state(int h, int i) {
    return h * queries.padded() + i;
  }

  /** Folds the open page into a block of query rows. */
  private void attend(int h, int block, Rows values) {
    int firstRow = queries.firstRow(block);
    int rows = queries.rows(block);
    int keys = Math.min(page.keys, seen(firstRow + rows - 1));
    if (keys <= 0) {
      return;
    }
    int width = queries.width(block);
    // Scores [keys, rows].
    Arrays.fill(softmax.block, 0, keys * width, 0f);
    product
        .left(page.keysByLane, 0, 1, TokenPages.PAGE)
        .right(queries.data, queries.at(h, block), width)
        .into(softmax.block, 0, width)
        .add(keys, width, shape.query());
    softmax.scaleScores(keys, width);
    if (call.mask().isPresent()) {
      addMasked(h, block, keys, width, values.from(firstRow));
      return;
    }
    // Weights. A key that a row does not see leaves its maximum as it is, and its sum too: the sum
    // is 1 or more, and the weight the least that the exponential gives, 1e-38.
    boolean whole = seen(firstRow) >= keys;
    if (!whole) {
      maskUnseen(firstRow, rows, keys, width);
    }
    int state = state(h, firstRow);
    softmax.weigh(keys, width, state);
    softmax.addWeights(keys, width, state);
    for (int r = 0; r < rows; r++) {
      softmax.rescaleValues(r, values.data(), values.at(firstRow + r), valueWidth);
    }
    // Values.
    if (whole) {
      addValues(0, rows, 0, keys, width, values.from(firstRow));
    } else {
      addSeenValues(firstRow, rows, keys, width, values);
    }
  }

  /** Weighs the scores of the mask's tokens; those of others count for nothing. */
  private void addMasked(int h, int block, int keys, int width, Rows values) {
    int firstRow = queries.firstRow(block);
    int rows = queries.rows(block);
    int state = state(h, firstRow);
    PageMask mask = maskOf(page, block);
    mask.hideScores(softmax.block, keys, width);
    softmax.weigh(keys, width, state);
    mask.clearWeights(softmax.block, keys, width);
    softmax.addWeights(keys, width, state);
    for (int r = 0; r < rows; r++) {
      softmax.rescaleValues(r, values.data(), values.at(r), valueWidth);
    }
    addValues(0, rows, 0, keys, width, values);
  }

  /** What a weight of 0 does to a negative zero depends on how many follow: none is left over. */
  private void dropNegativeZeros(Rows values, int width) {
    for (int i = 0; i < call.rows(); i++) {
      for (int c = values.at(i); c < values.at(i) + width; c++) {
        values.data()[c] += 0f;
      }
    }
  }

  /** Keys of the open page, and perhaps beyond, that row {@code i} sees. */
  private int seen(int i) {
    return call.firstPosition() + i + 1 - page.first;
  }

  private void maskUnseen(int firstRow, int rows, int keys, int width) {
    for (int r = 0; r < rows; r++) {
      for (int b = Math.max(0, seen(firstRow + r)); b < keys; b++) {
        softmax.block[b * width + r] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** Rows by fours over the keys that all four see, then each over the few more of its own. */
  private void addSeenValues(int firstRow, int rows, int keys, int width, Rows values) {
    for (int r = 0; r < rows; r += 4) {
      int group = Math.min(4, rows - r);
      int common = Math.min(keys, Math.max(0, seen(firstRow + r)));
      addValues(r, group, 0, common, width, values.from(firstRow));
      for (int own = r + 1; own < r + group; own++) {
        int count = Math.min(keys, Math.max(0, seen(firstRow + own))) - common;
        addValues(own, 1, common, count, width, values.from(firstRow));
      }
    }
  }

  private void addValues(int row, int rows, int key, int keys, int width, Rows values) {
    product
        .left(softmax.block, key * width + row, 1, width)
        .right(page.values, key * valueWidth, valueWidth)
        .into(values.data(), values.at(row), values.stride())
        .add(rows, valueWidth, keys);
  }
}
