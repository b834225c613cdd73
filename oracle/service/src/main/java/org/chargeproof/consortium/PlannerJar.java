package org.chargeproof.consortium;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.input.BadInputException;
import org.chargeproof.planner.Planner;
import org.chargeproof.protocol.encoding.Sha256;

/** A planner's jar, whose hash is the algorithm's id. */
public final class PlannerJar {
    /** As in AlgorithmRegistry. */
    private static final int MOST_BYTES = 1 << 20;

    private final byte[] bytes;
    private final Bytes32 id;

    private PlannerJar(byte[] bytes) {
        this.bytes = bytes;
        this.id = Sha256.of(bytes);
    }

    /**
     * The very jar that this program runs with.
     *
     * @throws BadInputException when it runs from a folder of classes
     */
    public static PlannerJar ofThisProgram() {
        try {
            return read(Path.of(Planner.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads a jar.
     *
     * @throws BadInputException when it is none, or the ledger would not take it
     */
    static PlannerJar read(Path file) {
        if (Files.isDirectory(file)) {
            throw new BadInputException("the planner must be a jar to be stored on chain, but " + file
                    + " is a folder. Build the project with 'mvn package'.");
        }
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read the planner's jar " + file + " ("
                            + e.getClass().getSimpleName() + ").",
                    e);
        }
        if (bytes.length < 2 || bytes[0] != 'P' || bytes[1] != 'K') {
            throw new BadInputException(file
                    + " is no jar. Name the planner's, such as oracle/planner/target/chargeproof-planner-0.1.0.jar.");
        }
        if (bytes.length > MOST_BYTES) {
            throw new BadInputException(file + " has " + bytes.length + " bytes; the ledger takes a planner of up to "
                    + MOST_BYTES + ". Leave out what it does not need.");
        }
        return new PlannerJar(bytes);
    }

    /** The algorithm's id: the SHA-256 of the jar. */
    public Bytes32 id() {
        return id;
    }

    int size() {
        return bytes.length;
    }

    /** A copy of the jar. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Size and hash, in words. */
    public String description() {
        return bytes.length + " bytes, SHA-256 " + id.toUnprefixedHexString();
    }
}
