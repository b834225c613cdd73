package org.chargeproof.payment.chain;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.contracts.Channels;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.payment.Channel;
import org.chargeproof.payment.Payee;
import org.chargeproof.payment.VoucherDomain;
import org.jspecify.annotations.Nullable;
import org.web3j.abi.EventEncoder;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.Log;

/** Reads channels through a node. Blocks its thread. */
public final class ChannelReader {
    /** As many as the contract takes in a call. */
    public static final int MOST_REDEMPTIONS = 64;

    private static final long BLOCKS_AT_ONCE = 5_000;
    private static final int PAYER_TOPIC = 1;
    private static final int ADDRESS_FROM = 12;
    private static final String NOBODY = "0x0000000000000000000000000000000000000000";

    private final Network network;
    private final Network.Market market;

    /**
     * Reads those of a network.
     *
     * @throws LedgerException for a network without contracts that pay
     */
    public ChannelReader(Network network) {
        this.network = network;
        this.market = network.requireMarket();
    }

    /** Where vouchers of this network are good. */
    public VoucherDomain domain() {
        return VoucherDomain.of(network.client().chainId(), market.channels().getContractAddress());
    }

    /**
     * Reads a channel.
     *
     * @param payer account, 0x and 40 hex digits
     * @param payee id of a member or provider
     * @return null when the two have none now
     */
    public @Nullable ChannelOnChain read(String payer, int payee) {
        var client = network.client();
        var read = client.call(market.channels().channelOf(payer, big(payee)));
        var c = read.component2();
        if (c.signer.equals(NOBODY)) {
            return null;
        }
        try {
            long deposit = c.depositMicroEuro.longValueExact();
            long paid = c.paidMicroEuro.longValueExact();
            long accepted = c.acceptedMicroEuro.longValueExact();
            var channel = new Channel(
                    payer.toLowerCase(Locale.ROOT),
                    payee,
                    c.epoch.longValueExact(),
                    c.signer.toLowerCase(Locale.ROOT),
                    Math.addExact(deposit, paid));
            if (!channel.id().equals(Bytes32.wrap(read.component1()))) {
                throw new LedgerException(client.url() + " answered with channel " + Bytes32.wrap(read.component1())
                        + " for payer " + payer + " and payee " + payee + ", which is " + channel.id()
                        + ". Maybe it is not a node of this network.");
            }
            int provider = c.provider.intValueExact();
            long billed = client.call(market.settlement().billedMicroEuro(big(provider), big(payee)))
                    .longValueExact();
            long paidOfAll = client.call(market.channels().paidMicroEuro(big(provider), big(payee)))
                    .longValueExact();
            long room = Math.max(0, billed - paidOfAll);
            long vouched = Math.min(Math.max(0, accepted - paid), deposit);
            return new ChannelOnChain(
                    channel,
                    provider,
                    deposit,
                    accepted,
                    paid,
                    Math.min(vouched, room),
                    Math.min(deposit, room),
                    c.closingTimestep.intValueExact(),
                    c.closesBy.longValueExact());
        } catch (ArithmeticException e) {
            throw new LedgerException(
                    client.url() + " answered with a channel whose numbers are none. Maybe it is not a node.", e);
        }
    }

    /**
     * Who has had something to do with channels to a payee in some blocks: opened, topped up, closing or closed.
     *
     * @param fromBlock first, {@code toBlock} last of them
     * @return the payers' accounts
     */
    public Set<String> payersTouched(int payee, long fromBlock, long toBlock) {
        var payers = new LinkedHashSet<String>();
        for (long from = fromBlock; from <= toBlock; from += BLOCKS_AT_ONCE) {
            var filter = new EthFilter(
                    DefaultBlockParameter.valueOf(big(from)),
                    DefaultBlockParameter.valueOf(big(Math.min(toBlock, from + BLOCKS_AT_ONCE - 1))),
                    market.channels().getContractAddress());
            filter.addOptionalTopics(
                    EventEncoder.encode(Channels.CHANNELOPENED_EVENT),
                    EventEncoder.encode(Channels.DEPOSITED_EVENT),
                    EventEncoder.encode(Channels.CLOSINGANNOUNCED_EVENT),
                    EventEncoder.encode(Channels.CHANNELCLOSED_EVENT));
            filter.addNullTopic();
            filter.addSingleTopic(Bytes32.leftPad(Bytes.of(payee)).toHexString());
            var answer = network.client().ask(network.client().web3j().ethGetLogs(filter));
            for (EthLog.LogResult<?> result : answer.getLogs()) {
                payers.add(payer(result));
            }
        }
        return payers;
    }

    /**
     * What of a payee's vouchers would change something on chain: more accepted, or more paid.
     *
     * @param payee its vouchers
     * @return redemptions for {@code redeem}, in groups of {@value #MOST_REDEMPTIONS}
     */
    public List<List<Channels.Redemption>> redemptions(Payee payee) {
        var all = new ArrayList<List<Channels.Redemption>>();
        for (var channel : payee.channels()) {
            var newest = payee.newest(channel.id());
            if (newest == null) {
                continue;
            }
            var onChain = read(channel.payer(), channel.payee());
            if (onChain == null
                    || !onChain.channel().id().equals(channel.id())
                    || !onChain.isWorthRedeeming(newest.voucher().totalMicroEuro())) {
                continue;
            }
            var v = newest.voucher();
            if (all.isEmpty() || all.getLast().size() == MOST_REDEMPTIONS) {
                all.add(new ArrayList<>());
            }
            all.getLast()
                    .add(new Channels.Redemption(
                            channel.payer(),
                            big(channel.payee()),
                            new Channels.Voucher(
                                    v.channel().toArray(),
                                    big(v.totalMicroEuro()),
                                    v.lane().toArray(),
                                    big(v.laneMicroEuro()),
                                    big(v.laneWh())),
                            newest.signatureForContract(domain(), channel.signer())
                                    .toArray()));
        }
        return all;
    }

    private String payer(EthLog.LogResult<?> result) {
        if (result.get() instanceof Log log && log.getTopics().size() > PAYER_TOPIC) {
            String topic = log.getTopics().get(PAYER_TOPIC);
            if (topic != null && topic.matches("0x0{24}[0-9a-fA-F]{40}")) {
                return "0x" + topic.substring(2 + 2 * ADDRESS_FROM).toLowerCase(Locale.ROOT);
            }
        }
        throw new LedgerException(network.client().url()
                + " answered with a log that is none of a channel. Maybe it is not a node, or a broken one.");
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
