package org.chargeproof.operator.consortium.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.chargeproof.ledger.KeyFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.Keys;
import picocli.CommandLine;

class NewAccountCommandTest {
    @TempDir
    private Path folder;

    @Test
    void makesAKeystoreThatOpensWithItsPasswordAndNeverOverwritesIt() throws IOException {
        Path keystore = folder.resolve("owner.json");
        Path password = folder.resolve("owner.password");
        String address = run(0, keystore, password).strip();
        var opened = KeyFile.read(keystore, password);
        assertThat(Keys.toChecksumAddress(opened.getAddress())).isEqualTo(address);
        for (Path file : new Path[] {keystore, password}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        byte[] before = Files.readAllBytes(keystore);
        run(1, keystore, password);
        assertThat(Files.readAllBytes(keystore)).isEqualTo(before);
        // the same password for a second one
        assertThat(run(0, folder.resolve("oracle.json"), password).strip()).isNotEqualTo(address);
    }

    @Test
    void wantsAPassword() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty"));
        run(1, folder.resolve("owner.json"), empty);
        assertThat(folder.resolve("owner.json")).doesNotExist();
    }

    private static String run(int exitCode, Path keystore, Path password) {
        var said = new StringWriter();
        var command = new CommandLine(new NewAccountCommand());
        command.setOut(new PrintWriter(said, true));
        assertThat(command.execute(keystore.toString(), "--password-file", password.toString()))
                .isEqualTo(exitCode);
        return said.toString();
    }
}
