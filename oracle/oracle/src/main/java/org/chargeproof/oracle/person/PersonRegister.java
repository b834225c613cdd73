package org.chargeproof.oracle.person;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.chargeproof.api.ApiKeys;
import org.chargeproof.api.DriverService.MadePerson;
import org.chargeproof.api.DriverService.NewPerson;
import org.chargeproof.api.Role;
import org.chargeproof.database.PersonRecord;
import org.chargeproof.database.Persons;
import org.chargeproof.payment.wallet.Words;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is served: persons in the database, and the API keys that are theirs. */
public final class PersonRegister {
    /** Wrong codes in a row, and the code counts no more. */
    static final int MOST_EXPORT_FAILURES = 5;

    private static final Logger LOG = LoggerFactory.getLogger(PersonRegister.class);
    /** What callers with a key are called, as the HTTP API names them. */
    private static final String KEY = "key:";
    /** The same of callers with a token. */
    private static final String TOKEN = "token:";
    /** Of API keys: no name of a person, as the file of keys is in every backup of the data folder. */
    private static final String KEY_NAME = "person-";

    private static final int CODE_BYTES = 16;

    private final Persons persons;
    private final ApiKeys keys;
    private final SecureRandom random = new SecureRandom();

    public PersonRegister(Persons persons, ApiKeys keys) {
        this.persons = persons;
        this.keys = keys;
    }

    /** Everybody. */
    public Persons persons() {
        return persons;
    }

    /**
     * Adds a person with a new wallet.
     *
     * @throws IllegalArgumentException for a value that is out of its range
     * @throws Persons.TakenException when there are too many, or somebody has the subject
     */
    public MadePerson add(NewPerson asked) {
        String code = code();
        var logins = asked.subject().isEmpty() ? List.<String>of() : List.of(TOKEN + asked.subject());
        var record = new PersonRecord(
                asked.name(),
                asked.email(),
                asked.phone(),
                logins,
                Instant.now().getEpochSecond(),
                asked.capMicroEuro(),
                asked.capDays(),
                sha256(code),
                0,
                0);
        String id = persons.add(record, Words.random());
        String key = null;
        if (asked.withKey()) {
            try {
                key = giveKey(id);
            } catch (RuntimeException e) {
                // nobody could call as this person
                persons.delete(id);
                revoke(id);
                throw e;
            }
        }
        return new MadePerson(id, key, code);
    }

    private String giveKey(String id) {
        var made = keys.make(KEY_NAME + id, Role.DRIVER, null, Instant.now(), random);
        persons.with(id, person -> {
            var more = new ArrayList<>(person.record().logins());
            more.add(KEY + made.key().id());
            person.change(person.record().withLogins(more));
            return true;
        });
        return made.text();
    }

    /**
     * A new code that shows the wallet's words once.
     *
     * @return empty when there is no such person
     */
    public Optional<String> newExportCode(String id) {
        String code = code();
        return persons.with(id, person -> {
            var record = person.record();
            person.change(record.withExport(sha256(code), 0, record.exportedSeconds()));
            return code;
        });
    }

    /** Deletes a person, here and in all backups, and the person's API keys. @return whether there was one */
    public boolean delete(String id) {
        boolean deleted = persons.delete(id);
        if (deleted) {
            revoke(id);
            // the id alone: it leads to nobody any more
            LOG.info("person {} was deleted", id);
        }
        return deleted;
    }

    /** Revokes API keys of persons who are gone, as after a crash in the middle of a deletion. */
    void sweepKeys() {
        keys.refresh();
        for (var key : keys.all()) {
            if (key.name().startsWith(KEY_NAME)
                    && persons.find(key.name().substring(KEY_NAME.length())).isEmpty()) {
                revoke(key.name().substring(KEY_NAME.length()));
            }
        }
    }

    private void revoke(String id) {
        try {
            keys.revoke(KEY_NAME + id);
        } catch (NoSuchElementException e) {
            LOG.debug("the person had no API key");
        }
    }

    private String code() {
        var bytes = new byte[CODE_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static boolean isCode(@Nullable String code, String sha256) {
        return code != null
                && !sha256.isEmpty()
                && MessageDigest.isEqual(
                        sha256(code).getBytes(StandardCharsets.US_ASCII), sha256.getBytes(StandardCharsets.US_ASCII));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
