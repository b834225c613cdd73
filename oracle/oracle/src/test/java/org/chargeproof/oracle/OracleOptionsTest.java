package org.chargeproof.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.chargeproof.console.input.BadInputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Wallet;
import org.web3j.crypto.exception.CipherException;
import picocli.CommandLine;

/** Whose transactions an oracle signs, and with what. */
class OracleOptionsTest {
    private static final String HARDHAT_FIRST = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    private static final String ADDRESS = "0x00000000000000000000000000000000000000ab";

    @TempDir
    private Path temporary;

    private Path plain = Path.of("");

    @BeforeEach
    void writeKey() throws IOException {
        plain = Files.writeString(temporary.resolve("plain"), "11".repeat(32));
    }

    @Test
    void developmentTakesAPlainKey() {
        assertThat(config("--key", plain.toString()).signer().address())
                .isEqualTo(Credentials.create("11".repeat(32)).getAddress());
    }

    @Test
    void eitherAKeyOrASigner() {
        assertRefused("whose transactions?");
        assertRefused("whose transactions?", "--key", plain.toString(), "--signer", "http://127.0.0.1:1");
        assertRefused("--signer and --account belong together", "--signer", "http://127.0.0.1:1");
        assertRefused("--signer and --account belong together", "--key", plain.toString(), "--account", ADDRESS);
        assertRefused("--account is '0x12'", "--signer", "http://127.0.0.1:1", "--account", "0x12");
        assertRefused(
                "--password-file is for a keystore",
                "--signer",
                "http://127.0.0.1:1",
                "--account",
                ADDRESS,
                "--password-file",
                "x");
    }

    @Test
    void productionKeepsKeysAndTokensFromTheNetwork() throws IOException, CipherException {
        List<String> open = new ArrayList<>(List.of(production("11".repeat(32))));
        open.addAll(List.of("--http-host", "0.0.0.0"));
        assertRefused("would go over the network in the clear", open.toArray(String[]::new));
        Path certificate = Files.writeString(temporary.resolve("c.pem"), "-----BEGIN CERTIFICATE-----");
        Path key = Files.writeString(temporary.resolve("k.pem"), "-----BEGIN PRIVATE KEY-----");
        assertRefused("belong together", with(open, "--tls-certificate", certificate.toString()));
        assertRefused(
                "PKCS 8", with(open, "--tls-certificate", certificate.toString(), "--tls-key", certificate.toString()));
        assertRefused("no https address", with(open, "--proxy-url", "http://proxy.example"));
        assertThat(config(with(open, "--tls-certificate", certificate.toString(), "--tls-key", key.toString()))
                        .tls())
                .isEqualTo(new TlsFiles(certificate, key));
        assertThat(config(with(open, "--proxy-url", "https://charging.example")).tls())
                .isNull();
    }

    private static String[] with(List<String> arguments, String... more) {
        var all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void productionRefusesPlainKeys() {
        assertRefused("is not encrypted", "--key", plain.toString(), "--profile", "production");
    }

    @Test
    void productionRefusesKeysThatEverybodyKnows() throws IOException, CipherException {
        assertRefused(
                "everybody knows the key of 0xf39",
                "--signer",
                "http://127.0.0.1:1",
                "--account",
                "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
                "--profile",
                "production");
        assertRefused("everybody knows the key of 0xf39", production(HARDHAT_FIRST));
    }

    @Test
    void productionTakesAnEncryptedKey() throws IOException, CipherException {
        assertThat(config(production("11".repeat(32))).signer().address())
                .isEqualTo(Credentials.create("11".repeat(32)).getAddress());
    }

    @Test
    void productionRefusesAPasswordThatOthersMayRead() throws IOException, CipherException {
        String[] options = production("11".repeat(32));
        Files.setPosixFilePermissions(temporary.resolve("password"), PosixFilePermissions.fromString("rw-r--r--"));

        assertRefused("others may use", options);
    }

    @Test
    void readsTheToken() throws IOException {
        Path token = Files.writeString(temporary.resolve("token"), "ab.cd.ef\n");

        assertThat(config("--key", plain.toString(), "--rpc-token-file", token.toString())
                        .rpcToken())
                .isEqualTo("ab.cd.ef");
        assertRefused("holds no token", "--key", plain.toString(), "--rpc-token-file", plain.toString());
        assertRefused("cannot read the token file", "--key", plain.toString(), "--rpc-token-file", "nowhere");
    }

    @Test
    void readsAreOpenOnLoopbackAlone() {
        String key = plain.toString();
        assertThat(config("--key", key, "--open-reads").api().opensReads()).isTrue();
        assertThat(config("--key", key).api().opensReads()).isFalse();
        assertRefused("leave --no-api out", "--key", key, "--open-reads", "--no-api");
        assertRefused(
                "give --http-host an address of loopback", "--key", key, "--open-reads", "--http-host", "0.0.0.0");
    }

    @Test
    void aSiteFileNeedsAMeterAccountAndNumbersOfBatteries() throws IOException {
        Path site = temporary.resolve("site.json");
        String text = "{\"groups\": [{\"group\": 1, \"battery\": {%s\"capacityWh\": 9000, \"chargeW\": 3000}}]}";
        Files.writeString(site, text.formatted("\"battery\": 17, "));
        String key = plain.toString();
        var config = config("--key", key, "--meter-key", key, "--site", site.toString());
        assertThat(config.site().group(1).battery().battery()).isEqualTo(17);
        assertThat(config("--key", key).site()).isNull();
        assertRefused("give your meter account with --meter-key", "--key", key, "--site", site.toString());
        assertRefused("leave --no-api out", "--key", key, "--meter-key", key, "--no-api", "--site", site.toString());
        Files.writeString(site, text.formatted("\"battery\": 32, "));
        assertRefused(
                "battery 32 is none of group 1, whose batteries have numbers from 16 to 31",
                "--key",
                key,
                "--meter-key",
                key,
                "--site",
                site.toString());
        Files.writeString(site, text.formatted(""));
        assertRefused("has no number", "--key", key, "--meter-key", key, "--site", site.toString());
    }

    private String[] production(String key) throws IOException, CipherException {
        Path keystore = temporary.resolve("keystore.json");
        var wallet = Wallet.createLight("secret", Credentials.create(key).getEcKeyPair());
        Files.writeString(keystore, new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(wallet));
        Path password = Files.writeString(temporary.resolve("password"), "secret\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        return new String[] {
            "--key", keystore.toString(), "--password-file", password.toString(), "--profile", "production"
        };
    }

    private OracleConfig config(String... options) {
        var all = new ArrayList<>(List.of(
                "--rpc",
                "http://127.0.0.1:1",
                "--contract",
                ADDRESS,
                "--data",
                temporary.resolve("data").toString()));
        all.addAll(List.of(options));
        var command = new OracleCommand();
        new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(all.toArray(String[]::new));
        return command.config();
    }

    private void assertRefused(String message, String... options) {
        assertThatThrownBy(() -> config(options))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message);
    }
}
