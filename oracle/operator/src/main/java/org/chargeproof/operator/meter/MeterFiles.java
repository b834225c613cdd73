package org.chargeproof.operator.meter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;
import org.chargeproof.console.output.Printable;
import org.chargeproof.meter.InvalidRecordException;
import org.chargeproof.meter.MeterKey;
import org.chargeproof.meter.MeterPublicKey;
import org.chargeproof.meter.OcmfRecord;
import org.chargeproof.meter.RecordFile;

/** Files of meters, as they are handed in: not longer than they may be, and what is wrong is told with the file's name. */
final class MeterFiles {
    private static final int MOST_KEY_BYTES = 8_192;

    private MeterFiles() {}

    /**
     * Reads a text file.
     *
     * @throws BadInputException when it cannot be read, is longer than so many bytes, or no UTF-8
     */
    static String text(Path file, int maxBytes) {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            // not by the size that the file system tells: a device has none, and no end
            bytes = in.readNBytes(maxBytes + 1);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read " + shown(file) + " (" + e.getClass().getSimpleName() + ").", e);
        }
        if (bytes.length > maxBytes) {
            throw new BadInputException(
                    shown(file) + " is longer than " + maxBytes + " bytes. Give the file of one session or one key.");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadInputException(shown(file) + " is no text in UTF-8. Save it again where it comes from.", e);
        }
    }

    /** The records of a file; keys in it are left aside, as they prove nothing. */
    static List<OcmfRecord> records(Path file) {
        String text = text(file, RecordFile.MOST_CHARACTERS);
        return orRefuse(
                shown(file) + ": ",
                () -> RecordFile.parse(text).stream()
                        .map(RecordFile.Entry::record)
                        .toList());
    }

    /** A meter's private key. */
    static MeterKey key(Path file) {
        SecretFile.warnIfOthersMayRead("a meter's key", file);
        String text = text(file, MOST_KEY_BYTES);
        return orRefuse(shown(file) + ": ", () -> MeterKey.ofPem(text));
    }

    /** A public key, as it is written or in a file. */
    static MeterPublicKey publicKey(String given) {
        String text = given;
        if (!given.matches("[0-9a-fA-F]{8,}") && given.length() < 4_096 && Files.isRegularFile(Path.of(given))) {
            text = text(Path.of(given), MOST_KEY_BYTES);
        }
        String key = text;
        return orRefuse("", () -> MeterPublicKey.parse(key));
    }

    /** Turns what the library refuses into what commands refuse. */
    static <T> T orRefuse(String prefix, Supplier<T> made) {
        try {
            return made.get();
        } catch (InvalidRecordException e) {
            throw new BadInputException(prefix + e.getMessage(), e);
        }
    }

    static String shown(Path file) {
        return Printable.of(file.toString());
    }
}
