package org.longread.kernels.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The one list of cases: regular, prime and off-by-one sizes, and extremes. */
final class ContractCases {
  /** The others are for selections, which compute nothing. */
  private static final List<Inputs.Fill> FOR_SUMS =
      List.of(
          Inputs.Fill.NORMAL,
          Inputs.Fill.TIED,
          Inputs.Fill.COARSE,
          Inputs.Fill.RISING,
          Inputs.Fill.EXTREME);

  private ContractCases() {}

  /** An operation with its operands, drawn from the seed when run. */
  interface Case {
    /** Query rows of the whole case. */
    int rows();

    /** What its operands are drawn from. */
    Inputs.Fill fill();

    /**
     * Runs rows {@code first} to {@code end - 1} and gives every output array whole; elements of
     * other rows, and those not to be written, are {@link Inputs#UNTOUCHED}.
     */
    List<float[]> run(KernelOps ops, int first, int end);
  }

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    addMatmuls(cases);
    addIndexScores(cases);
    addSelections(cases);
    addSparse(cases);
    addDense(cases);
    return cases;
  }

  private static void addMatmuls(List<Case> cases) {
    int[][] shapes = {
      {1, 1, 1},
      {1, 7, 5},
      {2, 16, 16},
      {3, 17, 31},
      {4, 64, 64},
      {5, 63, 65},
      {9, 65, 80},
      {13, 129, 127},
      {16, 192, 96},
      {33, 40, 48},
      {70, 33, 112},
      {40, 600, 64},
      {3, 1030, 130},
      {5, 2100, 70},
      // More rows, and more columns, than are laid out at once.
      {261, 20, 70},
      {34, 1031, 66}
    };
    for (int[] s : shapes) {
      for (Precision precision : Precision.values()) {
        cases.add(new MatmulCase(s[0], s[1], s[2], precision, Inputs.Fill.NORMAL, cases.size()));
      }
      cases.add(new MatmulCase(s[0], s[1], s[2], Precision.F32, Inputs.Fill.EXTREME, cases.size()));
      cases.add(
          new MatmulCase(s[0], s[1], s[2], Precision.BF16, Inputs.Fill.EXTREME, cases.size()));
    }
  }

  private static void addIndexScores(List<Case> cases) {
    int[][] shapes = {
      // rows, heads, dim, firstPosition
      {1, 1, 4, 0},
      {1, 4, 32, 62},
      {3, 4, 32, 63},
      {5, 2, 10, 64},
      {66, 3, 16, 0},
      {2, 8, 64, 127},
      {4, 17, 128, 129},
      {1, 64, 128, 191}
    };
    for (int[] s : shapes) {
      for (Inputs.Fill fill : FOR_SUMS) {
        cases.add(new IndexCase(s[0], s[1], s[2], s[3], fill, cases.size()));
        cases.add(new CodeIndexCase(s[0], s[1], s[2], s[3], fill, cases.size()));
      }
    }
  }

  private static void addSelections(List<Case> cases) {
    int[][] shapes = {
      // rows, firstCount, topK
      {1, 1, 1},
      {1, 1, 8},
      {4, 3, 4},
      {2, 15, 16},
      {3, 63, 64},
      {3, 65, 64},
      {2, 130, 1},
      {2, 1000, 3},
      {2, 1000, 64},
      {2, 1023, 64},
      {1, 2100, 17},
      {1, 300, 1},
      {1, 1000, 999},
      {2, 4095, 64},
      {2, 4099, 64},
      {2, 5000, 64},
      {1, 4099, 2048},
      {1, 20_011, 64}
    };
    for (int[] s : shapes) {
      for (Inputs.Fill fill : Inputs.Fill.values()) {
        cases.add(new SelectCase(s[0], s[1], s[2], fill, cases.size()));
      }
    }
  }

  private static void addSparse(List<Case> cases) {
    int[][] shapes = {
      // rows, heads, latent, rope, length, perRow
      {1, 1, 10, 4, 1, 1},
      {2, 2, 36, 6, 63, 8},
      {3, 3, 40, 8, 65, 64},
      {5, 4, 64, 16, 300, 64},
      {2, 4, 64, 16, 129, 65},
      {2, 8, 10, 4, 200, 127},
      {1, 16, 64, 64, 129, 129},
      {2, 17, 40, 16, 127, 30},
      {1, 128, 64, 16, 90, 70},
      {1, 16, 512, 64, 140, 130},
      // Few heads on wide vectors, at and around a block.
      {1, 1, 64, 16, 70, 1},
      {4, 3, 128, 32, 200, 63},
      {5, 4, 64, 64, 130, 66},
      {2, 5, 64, 16, 90, 64},
      // Heads around a vector; rows wider than a plane of the gathered block.
      {1, 15, 70, 10, 66, 65},
      {2, 33, 24, 8, 80, 79},
      {2, 6, 640, 18, 68, 20},
      {1, 2, 1156, 4, 34, 33}
    };
    for (int[] s : shapes) {
      for (Inputs.Fill fill : FOR_SUMS) {
        AttentionShape shape = new AttentionShape(s[1], s[2], s[3], 8, 8, 0.17f);
        cases.add(new SparseCase(s[0], shape, s[4], s[5], fill, cases.size()));
      }
    }
  }

  private static void addDense(List<Case> cases) {
    int[][] shapes = {
      // rows, heads, latent, rope, nope, value, firstPosition
      {1, 1, 10, 4, 4, 4, 0}, {3, 2, 36, 6, 10, 12, 62}, {66, 3, 40, 8, 16, 16, 0},
      {5, 4, 64, 16, 32, 32, 125}, {70, 4, 64, 16, 32, 32, 61}, {1, 4, 64, 16, 32, 32, 191},
      {17, 2, 128, 64, 48, 80, 64}, {2, 16, 70, 4, 8, 10, 129}
    };
    for (int[] s : shapes) {
      AttentionShape shape = new AttentionShape(s[1], s[2], s[3], s[4], s[5], 0.17f);
      for (Precision precision : Precision.values()) {
        cases.add(
            new DenseCase(s[0], shape, s[6], 100, precision, Inputs.Fill.NORMAL, cases.size()));
      }
      for (int percent : new int[] {1, 25, 90}) {
        cases.add(
            new DenseCase(
                s[0], shape, s[6], percent, Precision.F32, Inputs.Fill.NORMAL, cases.size()));
      }
      cases.add(
          new DenseCase(s[0], shape, s[6], 100, Precision.F32, Inputs.Fill.EXTREME, cases.size()));
    }
  }

  /** A product; x and y have room between rows. */
  record MatmulCase(
      int rows, int cols, int outputs, Precision precision, Inputs.Fill fill, long seed)
      implements Case {
    @Override
    public List<float[]> run(KernelOps ops, int first, int end) {
      Inputs inputs = new Inputs(seed, fill);
      Rows x = inputs.rows(rows, cols);
      WeightMatrix weight = inputs.weight(outputs, cols, precision);
      Rows y = Inputs.target(rows, outputs);
      ops.matmul(end - first, x.from(first), weight, y.from(first));
      return List.of(y.data());
    }
  }

  /** Rows {@code first} to {@code end - 1} of a tile. */
  private static IndexQueries part(IndexQueries whole, int first, int end) {
    return new IndexQueries(
        whole.queries().from(first),
        whole.headWeights().from(first),
        end - first,
        whole.heads(),
        whole.dim(),
        whole.firstPosition() + first);
  }

  /** A tile of index queries; the cache is longer than the tile sees, and NaN there. */
  record IndexCase(int rows, int heads, int dim, int firstPosition, Inputs.Fill fill, long seed)
      implements Case {
    @Override
    public List<float[]> run(KernelOps ops, int first, int end) {
      Inputs inputs = new Inputs(seed, fill);
      Rows queries = inputs.rows(rows, heads * dim);
      Rows weights = inputs.rows(rows, heads);
      int visible = firstPosition + rows;
      TokenPages keys = inputs.cache(visible + 7, dim, TokenPages.Layout.LANES);
      for (int s = visible; s < visible + 7; s++) {
        Inputs.poison(keys, s);
      }
      Rows scores = Inputs.target(rows, visible + 7);
      IndexQueries whole = new IndexQueries(queries, weights, rows, heads, dim, firstPosition);
      IndexQueries tile = part(whole, first, end);
      ops.indexScores(tile, keys, scores.from(first));
      return List.of(scores.data());
    }
  }

  /** The same on 8-bit codes, after rotation and rounding. */
  record CodeIndexCase(int rows, int heads, int dim, int firstPosition, Inputs.Fill fill, long seed)
      implements Case {
    @Override
    public List<float[]> run(KernelOps ops, int first, int end) {
      Inputs inputs = new Inputs(seed, fill);
      Rows queries = inputs.rows(rows, heads * dim);
      Rows weights = inputs.rows(rows, heads);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < heads; j++) {
          float scale = Int8Codes.quantize(queries.data(), queries.at(i) + j * dim, dim);
          weights.data()[weights.at(i) + j] *= scale;
        }
      }
      int visible = firstPosition + rows;
      Rows values = inputs.rows(visible + 7, dim);
      CodePages keys = new CodePages(dim);
      for (int s = 0; s < visible + 7; s++) {
        float scale = Int8Codes.quantize(values.data(), values.at(s), dim);
        keys.append(values.data(), values.at(s), s < visible ? scale : Float.NaN);
      }
      Rows scores = Inputs.target(rows, visible + 7);
      IndexQueries whole = new IndexQueries(queries, weights, rows, heads, dim, firstPosition);
      IndexQueries tile = part(whole, first, end);
      ops.indexScores(tile, keys, scores.from(first));
      return List.of(scores.data());
    }
  }

  /** A selection; what lies beyond a row's candidates is NaN. */
  record SelectCase(int rows, int firstCount, int topK, Inputs.Fill fill, long seed)
      implements Case {
    @Override
    public List<float[]> run(KernelOps ops, int first, int end) {
      Inputs inputs = new Inputs(seed, fill);
      Rows scores = inputs.rows(rows, firstCount + rows - 1);
      for (int i = 0; i < rows; i++) {
        int from = scores.at(i) + firstCount + i;
        Arrays.fill(scores.data(), from, scores.at(i) + firstCount + rows - 1, Float.NaN);
      }
      int[] indices = new int[(end - first) * topK];
      ops.selectTopK(scores.from(first), end - first, firstCount + first, topK, indices);
      float[] all = new float[rows * topK];
      Arrays.fill(all, Inputs.UNTOUCHED);
      for (int n = 0; n < indices.length; n++) {
        all[first * topK + n] = indices[n];
      }
      return List.of(all);
    }
  }

  /** Absorbed attention, then its weights; rows in no list are NaN. */
  record SparseCase(
      int rows, AttentionShape shape, int length, int perRow, Inputs.Fill fill, long seed)
      implements Case {
    @Override
    public List<float[]> run(KernelOps ops, int first, int end) {
      Inputs inputs = new Inputs(seed, fill);
      Rows queries = inputs.rows(rows, shape.heads() * shape.cached());
      TokenPages cache = inputs.cache(length, shape.cached(), TokenPages.Layout.ROWS);
      int[] indices = lists(inputs.random());
      for (int s = 0; s < length; s++) {
        int token = s;
        if (Arrays.stream(indices).noneMatch(index -> index == token)) {
          Inputs.poison(cache, s);
        }
      }
      AbsorbedAttention call =
          new AbsorbedAttention(
              shape,
              queries.from(first),
              end - first,
              cache,
              Arrays.copyOfRange(indices, first * perRow, end * perRow),
              perRow);
      Rows out = Inputs.target(rows, shape.heads() * shape.latent());
      Rows lse = Inputs.target(rows, shape.heads());
      ops.sparseAttention(call, out.from(first), lse.from(first));
      Rows weights = Inputs.target(rows, perRow);
      ops.attentionWeights(call, lse.from(first), weights.from(first));
      return List.of(out.data(), lse.data(), weights.data());
    }

    /**
     * Ascending lists: a full one, one with gaps, one with a tail of -1, an empty one, and over.
     */
    private int[] lists(Random random) {
      int[] indices = new int[rows * perRow];
      for (int i = 0; i < rows; i++) {
        for (int n = 0; n < perRow; n++) {
          int s = (int) ((long) n * length / perRow);
          boolean kept =
              switch (i % 4) {
                case 0 -> true;
                case 1 -> random.nextInt(3) > 0;
                case 2 -> n < perRow / 2;
                default -> false;
              };
          indices[i * perRow + n] = kept ? s : -1;
        }
      }
      return indices;
    }
  }

  /** Expanded attention, over a share of the tokens; those beyond the last row are NaN. */
  record DenseCase(
      int rows,
      AttentionShape shape,
      int firstPosition,
      int percent,
      Precision precision,
      Inputs.Fill fill,
      long seed)
      implements Case {
    @Override
    public List<float[]> run(KernelOps ops, int first, int end) {
      ExpandedAttention call = call(first, end);
      return attend(ops, percent < 100 ? call.over(mask(first, end)) : call, first);
    }

    /** The same under a mask of all that each row sees. */
    List<float[]> runMasked(KernelOps ops) {
      TokenMask all = new TokenMask(rows, firstPosition + rows);
      for (int i = 0; i < rows; i++) {
        all.addFirst(i, firstPosition + i + 1);
      }
      return attend(ops, call(0, rows).over(all), 0);
    }

    private ExpandedAttention call(int first, int end) {
      Inputs inputs = new Inputs(seed, fill);
      Rows queries = inputs.rows(rows, shape.heads() * shape.query());
      int visible = firstPosition + rows;
      TokenPages cache = inputs.cache(visible + 3, shape.cached(), TokenPages.Layout.ROWS);
      for (int s = visible; s < visible + 3; s++) {
        Inputs.poison(cache, s);
      }
      List<WeightMatrix> keyUp = new ArrayList<>();
      List<WeightMatrix> valueUp = new ArrayList<>();
      for (int h = 0; h < shape.heads(); h++) {
        keyUp.add(inputs.weight(shape.latent(), shape.nope(), precision));
        valueUp.add(inputs.weight(shape.value(), shape.latent(), precision));
      }
      return new ExpandedAttention(
          shape,
          queries.from(first),
          end - first,
          firstPosition + first,
          cache,
          new ExpandedAttention.Up(keyUp, valueUp));
    }

    private List<float[]> attend(KernelOps ops, ExpandedAttention call, int first) {
      Rows out = Inputs.target(rows, shape.heads() * shape.value());
      Rows lse = Inputs.target(rows, shape.heads());
      ops.denseAttention(call, out.from(first), lse.from(first));
      return List.of(out.data(), lse.data());
    }

    /** Each row's own choice, in no way its neighbours': at least one token it sees. */
    private TokenMask mask(int first, int end) {
      TokenMask mask = new TokenMask(end - first, firstPosition + end);
      for (int i = first; i < end; i++) {
        Random random = new Random(seed * 1009 + i);
        int visible = firstPosition + i + 1;
        int[] chosen = new int[visible];
        for (int s = 0; s < visible; s++) {
          chosen[s] = random.nextInt(100) < percent ? s : -1;
        }
        chosen[0] = random.nextInt(visible);
        mask.add(i - first, chosen, 0, visible);
      }
      return mask;
    }
  }
}
