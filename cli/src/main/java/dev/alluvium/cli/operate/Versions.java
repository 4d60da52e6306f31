package dev.alluvium.cli.operate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.ProbeJson;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.trainer.release.KnownVersions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The versions of a namespace, as models.v1 has them now.
 *
 * @param byName each as it was written last
 * @param serving the version that answers: of those promoted the one written last
 */
record Versions(SortedMap<String, ModelVersion> byName, Optional<String> serving) {
  static Versions read(Cluster cluster) {
    KnownVersions known = new KnownVersions();
    cluster
        .reader()
        .read(cluster.topics().models(), record -> known.add(record.key(), record.value()));
    return new Versions(known.byName(), known.serving().map(ModelVersion::getVersion));
  }

  /**
   * The version of a name.
   *
   * @throws CommandFailure when there is none
   */
  ModelVersion get(String name) {
    ModelVersion version = byName.get(name);
    if (version == null) {
      throw new CommandFailure(
          "there is no version %s: there is %s"
              .formatted(name, byName.isEmpty() ? "none yet" : String.join(", ", byName.keySet())));
    }
    return version;
  }

  /** A version as every command prints it. */
  static ObjectNode json(ModelVersion version) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("version", version.getVersion())
        .put("parent", version.getParent())
        .put("method", version.getMethod())
        .put("status", version.getStatus().name());
    node.putArray("windows").add(version.getFirstWindow()).add(version.getLastWindow());
    node.set("probes", ProbeJson.of(version.getProbes()));
    ObjectNode transfer = node.putObject("transfer");
    new TreeMap<>(version.getTransfer())
        .forEach(
            (skill, told) ->
                transfer
                    .putObject(skill)
                    .put("divergence", told.getDivergence())
                    .put("divergence_error", told.getDivergenceError())
                    .put("forward", told.getForward())
                    .put("backward", told.getBackward()));
    ArrayNode slipped = node.putArray("slipped");
    version.getSlipped().forEach(slipped::add);
    return node.put("reason", version.getReason()).put("path", version.getPath());
  }

  /** Whether the files of a version are there. */
  static boolean isOnDisk(ModelVersion version) {
    return Files.isDirectory(Path.of(version.getPath()));
  }

  /** For a person: why they are not. */
  static String notOnDisk(ModelVersion version) {
    return "the files of %s are kept no more (train.keep.versions), or the store is not mounted here: %s is no directory"
        .formatted(version.getVersion(), version.getPath());
  }

  Collection<ModelVersion> all() {
    return byName.values();
  }

  /** The version that training goes on from: names count upwards, so it is the last of them. */
  Optional<String> training() {
    return all().stream()
        .filter(version -> version.getStatus() != VersionStatus.ROLLED_BACK)
        .map(ModelVersion::getVersion)
        .reduce((earlier, later) -> later);
  }
}
