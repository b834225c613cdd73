package org.chargeproof.operator.consortium.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Wallet;
import org.web3j.crypto.exception.CipherException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof consortium new-account}: a key of one's own. */
@Command(
        name = "new-account",
        header = "Makes an account: an encrypted keystore.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Makes a new key and writes it as an encrypted keystore (Web3 Secret Storage), which all commands take with"
                        + " --key. Back up both files: nobody can make them again.")
public final class NewAccountCommand implements Callable<Integer> {
    private static final int PASSWORD_BYTES = 24;

    @Parameters(paramLabel = "FILE", description = "The keystore to write; it must not exist.")
    private @Nullable Path file;

    @Option(
            names = "--password-file",
            required = true,
            paramLabel = "FILE",
            description =
                    "First line: the password. When there is no such file, one with a random password is written.")
    private @Nullable Path passwordFile;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Path keystore = Objects.requireNonNull(file);
        Path passwords = Objects.requireNonNull(passwordFile);
        if (Files.exists(keystore)) {
            throw new BadInputException(keystore + " exists. Keys are never overwritten: name another file.");
        }
        try {
            String password = password(passwords);
            var keys = Keys.createEcKeyPair();
            SecretFile.write(keystore, new ObjectMapper().writeValueAsString(Wallet.createStandard(password, keys)));
            spec.commandLine()
                    .getOut()
                    .println(Keys.toChecksumAddress(Credentials.create(keys).getAddress()));
            return 0;
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot write the account: " + e.getMessage() + " ("
                            + e.getClass().getSimpleName() + ").",
                    e);
        } catch (GeneralSecurityException | CipherException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String password(Path passwords) throws IOException {
        if (!Files.exists(passwords)) {
            var random = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(random);
            SecretFile.write(passwords, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
        }
        String password = Files.readString(passwords).lines().findFirst().orElse("");
        if (password.isEmpty()) {
            throw new BadInputException("the first line of " + passwords
                    + " is empty; it must be the password. Or name a file that does not exist, to have one made.");
        }
        return password;
    }
}
