package dev.alluvium.cli.broker;

import static java.util.stream.Collectors.joining;

import dev.alluvium.cli.process.TempDirectory;
import dev.alluvium.cli.security.RecordingAuthorizer;
import dev.alluvium.cli.testing.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.utils.Time;

/**
 * A broker whose clients come by SASL_SSL with a password and may do nothing but what was granted.
 * The broker itself, and the test, come by a listener of their own.
 */
public final class SecuredBroker implements AutoCloseable {
  /** Password of the key store and the trust store. */
  public static final String STORE_PASSWORD = "planted-store-password";

  private static final String KEY_STORE = "broker.p12";
  private static final String TRUST_STORE = "trust.p12";

  private final TempDirectory directory;
  private final KafkaRaftServer server;
  private final int port;
  private final int inside;

  private SecuredBroker(TempDirectory directory, KafkaRaftServer server, int port, int inside) {
    this.directory = directory;
    this.server = server;
    this.port = port;
    this.inside = inside;
  }

  /**
   * Starts it.
   *
   * @param passwords of its users
   */
  public static SecuredBroker start(Map<String, String> passwords) throws Exception {
    TempDirectory directory = TempDirectory.create("alluvium-secured-");
    Path data = directory.path().resolve("data");
    makeStores(directory.path());
    EmbeddedBroker.format(data);
    int port = Ports.free();
    int inside = other(port);
    Properties properties = BrokerProperties.of(data, inside, other(port, inside));
    append(properties, "listeners", "CLIENTS://localhost:" + port);
    append(properties, "advertised.listeners", "CLIENTS://localhost:" + port);
    append(properties, "listener.security.protocol.map", "CLIENTS:SASL_SSL");
    String users =
        passwords.entrySet().stream()
            .map(user -> "user_%s=\"%s\"".formatted(user.getKey(), user.getValue()))
            .collect(joining(" "));
    properties.putAll(
        Map.of(
            "authorizer.class.name",
            RecordingAuthorizer.class.getName(),
            "super.users",
            "User:ANONYMOUS",
            "sasl.enabled.mechanisms",
            "PLAIN",
            "listener.name.clients.plain.sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required %s;".formatted(users),
            "listener.name.clients.ssl.keystore.type",
            "PKCS12",
            "listener.name.clients.ssl.keystore.location",
            directory.path().resolve(KEY_STORE).toString(),
            "listener.name.clients.ssl.keystore.password",
            STORE_PASSWORD));
    KafkaRaftServer server =
        new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
    server.startup();
    return new SecuredBroker(directory, server, port, inside);
  }

  /** The system may name the same port twice while nobody has bound it. */
  private static int other(Integer... taken) {
    return Stream.generate(Ports::free)
        .filter(port -> !List.of(taken).contains(port))
        .findFirst()
        .orElseThrow();
  }

  private static void append(Properties properties, String key, String more) {
    properties.setProperty(key, properties.getProperty(key) + "," + more);
  }

  /** A key pair for localhost, and what its clients trust. */
  private static void makeStores(Path directory) throws Exception {
    Path keys = directory.resolve(KEY_STORE);
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                STORE_PASSWORD,
                "-keystore",
                keys.toString())
            .inheritIO()
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool ended with " + keytool.exitValue());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("broker", load(keys).getCertificate("broker"));
    try (OutputStream out = Files.newOutputStream(directory.resolve(TRUST_STORE))) {
      trusted.store(out, STORE_PASSWORD.toCharArray());
    }
  }

  private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, STORE_PASSWORD.toCharArray());
    }
    return store;
  }

  /** Where clients find it. */
  public String bootstrapServers() {
    return "localhost:" + port;
  }

  /** What its clients trust. */
  public Path trustStore() {
    return directory.path().resolve(TRUST_STORE);
  }

  /** An admin client that may do everything. */
  public Admin admin() {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:" + inside));
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    directory.close();
  }
}
