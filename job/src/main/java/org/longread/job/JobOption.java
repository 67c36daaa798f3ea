package org.longread.job;

import java.util.Optional;
import java.util.function.Function;

/**
 * One option of a run: its key, what it takes and what it means.
 *
 * @param name the key: {@code --name}, {@code spark.longread.name}, {@code name} in a file
 * @param type how text becomes a value
 * @param byDefault the value where none is given; without one, a run must be given a value
 * @param about what it is for
 * @param field where the validated run keeps it
 */
public record JobOption<T>(
    String name,
    OptionType<T> type,
    Optional<String> byDefault,
    About about,
    Function<JobConf, T> field) {

  /**
   * What an option is for.
   *
   * @param group heading it stands under
   * @param effect whether it can change a result row
   * @param meaning one line, unit included
   */
  public record About(Group group, Effect effect, String meaning) {}

  /** What a run's options are about, in the order help lists them. */
  public enum Group {
    /** Where documents come from. */
    INPUT("Input"),
    /** What is asked of a document, and how an answer is continued. */
    QUESTION("What is asked"),
    /** The model and where it runs. */
    ENGINE("Engine"),
    /** What is refused, cut or tolerated. */
    LIMITS("Limits"),
    /** What is written. */
    OUTPUT("Output");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    /** Heading in help and README. */
    public String title() {
      return title;
    }
  }

  /**
   * What a change of the option can change; a run's fingerprint holds those that change results.
   */
  public enum Effect {
    /** Result rows. */
    RESULTS,
    /** Speed, place, price or exit status; never what a row says of its document. */
    NONE
  }

  /** The value a validated run has, as text. */
  public String show(JobConf conf) {
    return type.show(field.apply(conf));
  }

  /** Whether a run must be given a value. */
  public boolean isRequired() {
    return byDefault.isEmpty();
  }

  /** The key of Spark's configuration. */
  public String sparkKey() {
    return JobOptions.SPARK_PREFIX + name;
  }
}
