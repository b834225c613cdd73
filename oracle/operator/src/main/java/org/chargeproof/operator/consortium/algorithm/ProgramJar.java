package org.chargeproof.operator.consortium.algorithm;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.protocol.algorithm.AlgorithmJar;

/** A jar that is stored on chain, whose hash is the algorithm's id. */
public final class ProgramJar {
    private final AlgorithmJar jar;

    private ProgramJar(AlgorithmJar jar) {
        this.jar = jar;
    }

    /** The jar that a class was loaded from. */
    static ProgramJar ofClass(Class<?> oneOfIts) {
        try {
            return read(Path.of(
                    oneOfIts.getProtectionDomain().getCodeSource().getLocation().toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads a jar and verifies it.
     *
     * @throws BadInputException when it is none, the ledger would not take it, or it can do more than compute
     */
    public static ProgramJar read(Path file) {
        if (Files.isDirectory(file)) {
            throw new BadInputException("a program must be a jar to be stored on chain, but " + file
                    + " is a folder. Build the project with 'mvn package'.");
        }
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read the jar " + file + " (" + e.getClass().getSimpleName() + ").", e);
        }
        try {
            return new ProgramJar(AlgorithmJar.read(bytes));
        } catch (IllegalArgumentException e) {
            throw new BadInputException(
                    file + ": " + e.getMessage()
                            + " Name the planner's jar, such as oracle/planner/target/chargeproof-planner-0.1.0.jar.",
                    e);
        }
    }

    /** The algorithm's id: the SHA-256 of the jar. */
    public Bytes32 id() {
        return jar.id();
    }

    public int size() {
        return jar.bytes().length;
    }

    /** A copy of the jar. */
    public byte[] bytes() {
        return jar.bytes();
    }

    /** Size and hash, in words. */
    public String description() {
        return size() + " bytes, SHA-256 " + id().toUnprefixedHexString();
    }
}
