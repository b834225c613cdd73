package org.chargeproof.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.chargeproof.api.OperatorInputs.Reason;

/** One person in memory, who is every driver that calls; keeps what was asked. */
final class MemoryDrivers implements DriverService {
    static final String PERSON = "0123456789abcdef".repeat(2);
    private static final String ACCOUNT = "0x" + "a1".repeat(20);
    private static final String HASH = "0x" + "5a".repeat(32);

    final List<ChargeRequest> requests = new CopyOnWriteArrayList<>();
    final List<NewPerson> added = new CopyOnWriteArrayList<>();
    final Map<String, Integer> deleted = new ConcurrentHashMap<>();
    final List<Integer> ended = new CopyOnWriteArrayList<>();

    @Override
    public MadePerson add(NewPerson person) {
        added.add(person);
        return new MadePerson(PERSON, person.withKey() ? "cpk_..." : null, "code");
    }

    @Override
    public PersonPage list(String afterId, int count) {
        var all = new ArrayList<PersonInList>();
        if (afterId.compareTo(PERSON) < 0) {
            all.add(new PersonInList(PERSON, "Ada", "ada@example.org", "", 1));
        }
        return new PersonPage(all, null);
    }

    @Override
    public DeletedPerson delete(String person) throws RefusedException {
        requirePerson(person);
        deleted.merge(person, 1, Integer::sum);
        return new DeletedPerson(person, List.of(TestApi.SESSION));
    }

    @Override
    public ExportCode newExportCode(String person) throws RefusedException {
        requirePerson(person);
        return new ExportCode(person, "code");
    }

    @Override
    public ShownPerson me(String caller) {
        return new ShownPerson(PERSON, "Ada", "ada@example.org", "", 1, 50_000_000, 30, 0, 0);
    }

    @Override
    public OwnWallet wallet(String caller) throws RefusedException {
        me(caller);
        return new OwnWallet("0x" + "0".repeat(40), 0, 0);
    }

    @Override
    public DeletedPerson deleteMe(String caller) throws RefusedException {
        return delete(PERSON);
    }

    @Override
    public SentRequest request(String caller, ChargeRequest request) throws RefusedException {
        if (request.chargePoint() >= TestApi.CHARGE_POINTS) {
            throw new RefusedException(Reason.UNKNOWN, "there is no charge point " + request.chargePoint());
        }
        requests.add(request);
        return new SentRequest(0, "ON_LEDGER", ACCOUNT, HASH, HASH, 7, 1, "/api/v1/sessions/7");
    }

    @Override
    public String end(String caller, int session) throws RefusedException {
        requireOwn(caller, session);
        ended.add(session);
        return HASH;
    }

    @Override
    public List<OwnSession> sessions(String caller) {
        return List.of(new OwnSession(0, "ON_LEDGER", TestApi.SESSION, ACCOUNT, 0, 11_000, 1, 1, null, "ACCEPTED"));
    }

    @Override
    public void requireOwn(String caller, int session) throws RefusedException {
        if (session != TestApi.SESSION) {
            throw new RefusedException(Reason.UNKNOWN, "you have no session " + session);
        }
    }

    @Override
    public ShownWords export(String caller, String code) throws RefusedException {
        if (!code.equals("code")) {
            throw new RefusedException(Reason.NOT_YOURS, "that is not the code");
        }
        return new ShownWords("one two three");
    }

    private static void requirePerson(String person) throws RefusedException {
        if (!person.equals(PERSON)) {
            throw new RefusedException(Reason.UNKNOWN, "there is no such person");
        }
    }
}
