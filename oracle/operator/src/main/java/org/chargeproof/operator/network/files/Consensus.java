package org.chargeproof.operator.network.files;

import java.util.List;
import java.util.NoSuchElementException;
import org.web3j.rlp.RlpDecoder;
import org.web3j.rlp.RlpEncoder;
import org.web3j.rlp.RlpList;
import org.web3j.rlp.RlpString;
import org.web3j.rlp.RlpType;
import org.web3j.utils.Numeric;

/** How validators agree on blocks. */
public enum Consensus {
    /** IBFT 2.0. */
    IBFT2("ibft2", "ibft") {
        @Override
        RlpList extraDataItems(RlpString vanity, RlpList validators) {
            return new RlpList(
                    vanity, validators, NO_BYTES, RlpString.create(new byte[IBFT_ROUND_BYTES]), new RlpList());
        }
    },
    /** QBFT, which Besu recommends for new networks. */
    QBFT("qbft", "qbft") {
        @Override
        RlpList extraDataItems(RlpString vanity, RlpList validators) {
            return new RlpList(vanity, validators, new RlpList(), NO_BYTES, new RlpList());
        }
    };

    private static final int VANITY_BYTES = 32;
    private static final int ADDRESS_CHARACTERS = 42;
    private static final int ROUND = 3;
    private static final int IBFT_ROUND_BYTES = 4;
    private static final RlpString NO_BYTES = RlpString.create(new byte[0]);

    private final String section;
    private final String namespace;

    Consensus(String section, String namespace) {
        this.section = section;
        this.namespace = namespace;
    }

    /** Its section in a genesis file's {@code config}, and its name in our options and files. */
    public String section() {
        return section;
    }

    /** The RPC method that lists the validators at a block. */
    public String validatorsMethod() {
        return namespace + "_getValidatorsByBlockNumber";
    }

    /** The RPC method by which a validator votes: address, and true to add. */
    public String proposeMethod() {
        return namespace + "_proposeValidatorVote";
    }

    /** The RPC method by which a validator withdraws its vote on an address. */
    public String discardMethod() {
        return namespace + "_discardValidatorVote";
    }

    /** The RPC method that lists a validator's own votes. */
    public String pendingVotesMethod() {
        return namespace + "_getPendingVotes";
    }

    /**
     * {@code extraData} of a genesis block: vanity, validators, no vote, round 0, no seals.
     *
     * @param validators addresses in hex, in any order; they are written in ascending order
     */
    public String extraData(List<String> validators) {
        RlpType[] addresses = validators.stream()
                .map(Numeric::hexStringToByteArray)
                .sorted(java.util.Arrays::compareUnsigned)
                .map(RlpString::create)
                .toArray(RlpType[]::new);
        var items = extraDataItems(RlpString.create(new byte[VANITY_BYTES]), new RlpList(addresses));
        return Numeric.toHexString(RlpEncoder.encode(items));
    }

    /**
     * The validators that {@code extraData} names; both kinds of consensus have them in the same place.
     *
     * @throws IllegalArgumentException when there are none
     */
    static List<String> validatorsIn(String extraData) {
        try {
            RlpList items = items(extraData);
            List<String> validators = ((RlpList) items.getValues().get(1))
                    .getValues().stream()
                            .map(v -> Numeric.toHexString(((RlpString) v).getBytes()))
                            .toList();
            if (validators.isEmpty() || validators.stream().anyMatch(v -> v.length() != ADDRESS_CHARACTERS)) {
                throw new IllegalArgumentException("it names no validators");
            }
            return validators;
        } catch (ClassCastException | IndexOutOfBoundsException | NoSuchElementException e) {
            throw new IllegalArgumentException("it is no list with validators", e);
        }
    }

    /**
     * How a block was agreed on: IBFT 2.0 writes the round in four bytes, QBFT as a number in as few as it takes.
     *
     * @throws IllegalArgumentException when it was neither
     */
    public static Consensus of(String extraData) {
        try {
            RlpList items = items(extraData);
            RlpString round = (RlpString) items.getValues().get(ROUND);
            return round.getBytes().length == IBFT_ROUND_BYTES ? IBFT2 : QBFT;
        } catch (ClassCastException | IndexOutOfBoundsException | NoSuchElementException e) {
            throw new IllegalArgumentException("it is of no block that IBFT 2.0 or QBFT made", e);
        }
    }

    private static RlpList items(String extraData) {
        byte[] bytes = Numeric.hexStringToByteArray(extraData);
        List<RlpType> values;
        try {
            values = RlpDecoder.decode(bytes).getValues();
        } catch (RuntimeException e) {
            // the decoder throws nothing more special when lengths lead beyond the end
            throw new IllegalArgumentException("it is no RLP: " + e.getMessage(), e);
        }
        return (RlpList) values.getFirst();
    }

    abstract RlpList extraDataItems(RlpString vanity, RlpList validators);

    /**
     * The consensus of a genesis file's section.
     *
     * @throws IllegalArgumentException when no consensus has such a section
     */
    static Consensus ofSection(String section) {
        for (Consensus consensus : values()) {
            if (consensus.section.equals(section)) {
                return consensus;
            }
        }
        throw new IllegalArgumentException("no consensus is called " + section);
    }
}
