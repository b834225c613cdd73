package org.chargeproof.payment.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.chargeproof.console.input.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final byte[] IDENTITY = new byte[Journal.IDENTITY_BYTES];
    private static final int HEAD_BYTES = 36;

    @TempDir
    private Path folder;

    @Test
    void readsWhatItWrote() throws IOException {
        try (var journal = open(folder, new ArrayList<>())) {
            for (int i = 0; i < 100; i++) {
                journal.append(record(i));
            }
            journal.commit();
            assertThat(journal.bytes()).isEqualTo(Files.size(file()));
        }
        assertThat(read(folder)).containsExactlyElementsOf(names(100));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    /** Wherever a process dies while it appends, what is read are the first records, whole. */
    @Test
    void cutsOffWhatWasTorn() throws IOException {
        write(5);
        byte[] whole = Files.readAllBytes(file());
        for (int length = HEAD_BYTES; length <= whole.length; length++) {
            for (int zeros : new int[] {0, 3, 4, 5_000}) {
                Files.write(file(), Arrays.copyOf(Arrays.copyOf(whole, length), length + zeros));
                if (zeros != 0 && (length - HEAD_BYTES) % bytesOfOne() != 0) {
                    // zeros behind half a record may make a whole one that is none
                    continue;
                }
                int records = (length - HEAD_BYTES) / bytesOfOne();
                assertThat(read(folder)).containsExactlyElementsOf(names(records));
                assertThat(Files.size(file())).isEqualTo(HEAD_BYTES + (long) records * bytesOfOne());
                // and it goes on from there
                try (var journal = open(folder, new ArrayList<>())) {
                    journal.append(record(records));
                }
                assertThat(read(folder)).containsExactlyElementsOf(names(records + 1));
            }
        }
    }

    /** No change of a byte goes unseen, and none changes the file. */
    @Test
    void namesTheOffsetOfDamage() throws IOException {
        write(4);
        byte[] whole = Files.readAllBytes(file());
        for (int i = 0; i < whole.length; i++) {
            byte[] broken = whole.clone();
            broken[i] ^= 0x10;
            Files.write(file(), broken);
            int offset = i < HEAD_BYTES ? 0 : i - (i - HEAD_BYTES) % bytesOfOne();
            assertThatThrownBy(() -> read(folder))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining(
                            i < 4 || i >= HEAD_BYTES ? "damaged at byte " + offset + ":" : "does not hold");
            assertThat(Files.readAllBytes(file())).isEqualTo(broken);
        }
        Files.write(file(), new byte[] {'C', 'P'});
        assertThatThrownBy(() -> read(folder)).hasMessageContaining("damaged at byte 0");
    }

    @Test
    void namesTheOffsetOfARecordThatItsReaderDoesNotTake() throws IOException {
        write(2);
        assertThatThrownBy(() -> Journal.open(folder, IDENTITY, "tests", record -> {
                    throw new BadInputException("a record of kind 9 is unknown");
                }))
                .hasMessageContaining("damaged at byte 36: a record of kind 9 is unknown");
    }

    @Test
    void isOneProcessesAtATime() throws IOException {
        try (var journal = open(folder, new ArrayList<>())) {
            assertThatThrownBy(() -> open(folder, new ArrayList<>()))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("in use by another process");
            journal.append(record(0));
        }
        assertThat(read(folder)).hasSize(1);
    }

    @Test
    void isOneOwnersAlone() throws IOException {
        write(1);
        var other = IDENTITY.clone();
        other[5] = 1;
        assertThatThrownBy(() -> Journal.open(folder, other, "vouchers", record -> {}))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("does not hold vouchers");
    }

    @Test
    void isReplacedWhole() throws IOException {
        try (var journal = open(folder, new ArrayList<>())) {
            for (int i = 0; i < 50; i++) {
                journal.append(record(i));
            }
            journal.compact(List.of(record(0), record(1)));
            journal.append(record(2));
            journal.commit();
            assertThat(journal.bytes()).isEqualTo(Files.size(file()));
        }
        assertThat(read(folder)).containsExactlyElementsOf(names(3));
        // died before the new one was put in its place
        Files.writeString(folder.resolve("journal.new"), "half");
        assertThat(read(folder)).containsExactlyElementsOf(names(3));
        assertThat(folder.resolve("journal.new")).doesNotExist();
    }

    @Test
    void isOnDiskForWhoeverHasCommitted() throws Exception {
        int threads = 8;
        int each = 200;
        try (var journal = open(folder, new ArrayList<>());
                var pool = Executors.newFixedThreadPool(threads)) {
            var all = new ArrayList<Future<?>>();
            for (int t = 0; t < threads; t++) {
                int from = t * each;
                all.add(pool.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        journal.append(record(from + i));
                        journal.commit();
                        assertThat(journal.bytes()).isGreaterThanOrEqualTo(HEAD_BYTES + (i + 1L) * bytesOfOne());
                    }
                    return null;
                }));
            }
            for (var one : all) {
                one.get();
            }
        }
        assertThat(read(folder)).hasSize(threads * each).doesNotHaveDuplicates();
    }

    @Test
    void takesNoMoreThanARecord() throws IOException {
        try (var journal = open(folder, new ArrayList<>())) {
            assertThatThrownBy(() -> journal.append(new byte[0])).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> journal.append(new byte[Journal.MOST_RECORD_BYTES + 1]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private Path file() {
        return folder.resolve("journal");
    }

    private void write(int records) throws IOException {
        try (var journal = open(folder, new ArrayList<>())) {
            for (int i = 0; i < records; i++) {
                journal.append(record(i));
            }
        }
    }

    private static int bytesOfOne() {
        return Journal.bytesOf(record(0).length);
    }

    private static byte[] record(int number) {
        return ByteBuffer.allocate(9)
                .put("record ".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) number)
                .array();
    }

    private static List<Integer> names(int records) {
        return IntStream.range(0, records).boxed().toList();
    }

    private static List<Integer> read(Path folder) throws IOException {
        var records = new ArrayList<Integer>();
        open(folder, records).close();
        return records;
    }

    private static Journal open(Path folder, List<Integer> records) throws IOException {
        return Journal.open(
                folder,
                IDENTITY,
                "tests",
                record -> records.add((int) ByteBuffer.wrap(record).getShort(7)));
    }
}
