package io.znsslab.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Connections of Netty whose buffers are all ours. */
class ChannelTest {
    private static final int BYTES = 3_000_000;

    private final SlabByteBufAllocator allocator =
            SlabByteBufAllocator.builder().limitBytes(64 << 20).build();

    /** Sends back what comes in. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var _ = context.writeAndFlush(message);
        }
    }

    /** Collects what comes in, and completes with it once it is all there. */
    private static final class Collector extends ChannelInboundHandlerAdapter {
        private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> all = new CompletableFuture<>();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            ByteBuf buffer = (ByteBuf) message;
            assertThat(buffer.alloc()).isInstanceOf(SlabByteBufAllocator.class);
            buffer.readBytes(collected, buffer.readableBytes());
            buffer.release();
            if (collected.size() == BYTES) {
                all.complete(collected.toByteArray());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            all.completeExceptionally(cause);
        }
    }

    @Test
    void anEchoOverTheLoopbackComesBackWholeAndLeavesNoBuffer() throws Exception {
        byte[] sent = BufferSource.pattern(BYTES);
        Collector collector = new Collector();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        try {
            Channel server = new ServerBootstrap()
                    .group(loops)
                    .channel(NioServerSocketChannel.class)
                    .option(ChannelOption.ALLOCATOR, allocator)
                    .childOption(ChannelOption.ALLOCATOR, allocator)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(new Echo());
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sync()
                    .channel();
            Channel client = new Bootstrap()
                    .group(loops)
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.ALLOCATOR, allocator)
                    .handler(collector)
                    .connect(server.localAddress())
                    .sync()
                    .channel();
            assertThat(client.alloc()).isSameAs(allocator);
            for (int from = 0; from < BYTES; from += 30_000) {
                var _ = client.write(client.alloc().buffer(30_000).writeBytes(sent, from, 30_000));
            }
            client.flush();
            assertThat(collector.all.get(60, TimeUnit.SECONDS)).isEqualTo(sent);
            client.close().sync();
            server.close().sync();
        } finally {
            loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).await(20, TimeUnit.SECONDS);
        }
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        allocator.slabs().checkInvariants();
        allocator.close();
    }
}
