package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.trainer.commit.Commit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets a version answer because somebody asked for it: until the gate promotes the next. */
final class Serving {
  private static final String BY_REQUEST = "served by request; the gate said: ";

  private Serving() {}

  /** Whether it was the gate that promoted a version, and not only somebody who asked for it. */
  static boolean isPromotedByTheGate(ModelVersion version) {
    return version.getStatus() == VersionStatus.PROMOTED
        && !version.getReason().startsWith(BY_REQUEST);
  }

  /**
   * The commit that writes a version again as the one promoted last, or says why not.
   *
   * @param version the version; null when there is none of the name
   */
  static Commit of(Progress progress, String requestId, @Nullable ModelVersion version) {
    Commit nothing = Commit.of(progress);
    if (version == null) {
      return nothing.answering(refused(requestId, "unknown_version", "there is no such version"));
    }
    if (version.getStatus() == VersionStatus.ROLLED_BACK) {
      return nothing.answering(refused(requestId, "rolled_back", version.getReason()));
    }
    if (!Files.isDirectory(Path.of(version.getPath()))) {
      return nothing.answering(
          refused(
              requestId,
              "weights_gone",
              version.getPath() + " is not there any more (train.keep.versions)"));
    }
    ModelVersion served =
        ModelVersion.newBuilder(version)
            .setStatus(VersionStatus.PROMOTED)
            .setReason(
                version.getStatus() == VersionStatus.PROMOTED
                    ? version.getReason()
                    : BY_REQUEST + version.getReason())
            .build();
    return new Commit(
            progress,
            List.of(),
            Optional.empty(),
            List.of(served),
            List.of(),
            List.of(),
            Optional.empty())
        .answering(new Answer(requestId, true, "applied", "", Map.of()));
  }

  private static Answer refused(String requestId, String reason, String detail) {
    return new Answer(requestId, false, reason, detail, Map.of());
  }
}
